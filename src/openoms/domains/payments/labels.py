"""The ways of paying on screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
