"""The ways of paying, and what keeps a customer from owing more, on screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openoms.domains.payments import rules
from openoms.domains.payments.states import Method

METHOD: Mapping[Method, Promise] = {
    Method.BANK_TRANSFER: _("Bank transfer"),
    Method.CASH: _("Cash"),
    Method.CARD: _("Card"),
    Method.ALIPAY: _("Alipay"),
    Method.WECHAT: _("WeChat Pay"),
    Method.CHEQUE: _("Cheque"),
    Method.OTHER: _("Another way"),
}
# By the codes of `rules.credit_problem`.
CREDIT_PROBLEM: Mapping[str, Promise] = {
    rules.NO_TERMS: _("No credit was agreed with this customer."),
    rules.OTHER_CURRENCY: _("The customer's credit limit is in another currency."),
    rules.OVER_LIMIT: _("With this order the customer would owe more than its credit limit."),
    rules.OVERDUE: _("The customer has not paid an order whose due date is past."),
}
