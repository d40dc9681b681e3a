"""The permissions' names on screen."""

from django.utils.translation import gettext_lazy as _

from openoms.domains.identity.permissions import Perm

LABELS = {
    Perm.ORDER_VIEW: _("See orders"),
    Perm.ORDER_CREATE: _("Enter orders"),
    Perm.ORDER_SUBMIT: _("Submit and withdraw orders"),
    Perm.ORDER_DISCOUNT: _("Give discounts"),
    Perm.PRICE_OVERRIDE: _("Type prices by hand"),
    Perm.ORDER_IMPORT: _("Import past orders"),
    Perm.ORDER_CORRECT: _("Correct the address of an order"),
    Perm.ORDER_ASSIGN: _("Assign and tag orders"),
    Perm.ORDER_COMMENT: _("Comment on orders and follow them"),
    Perm.ORDER_EXPORT: _("Export orders"),
    Perm.HOLD_PLACE: _("Put orders on hold"),
    Perm.HOLD_RELEASE: _("Release holds"),
    Perm.INSTRUCTION_ADD: _("Leave remarks"),
    Perm.INSTRUCTION_MANAGE: _("Answer remarks for every role, edit ready remarks"),
    Perm.SERVICE_PERFORM: _("Schedule services and sign them off"),
    Perm.APPROVAL_VIEW: _("See every approval"),
    Perm.APPROVAL_MANAGE: _("Edit approval rules and authorities, decide in place of others"),
    Perm.PAYMENT_VIEW: _("See payments"),
    Perm.PAYMENT_RECORD: _("Record payments and take records back"),
    Perm.NOTIFICATION_MANAGE: _("Edit messages, see those that failed"),
    Perm.CATALOG_VIEW: _("See the catalogue"),
    Perm.CATALOG_EDIT: _("Edit the catalogue"),
    Perm.PRICE_EDIT: _("Edit prices and taxes"),
    Perm.COST_VIEW: _("See costs and margins"),
    Perm.CUSTOMER_VIEW: _("See customers"),
    Perm.CUSTOMER_EDIT: _("Edit customers"),
    Perm.CUSTOMER_MERGE: _("Merge customers"),
    Perm.CREDIT_EDIT: _("Edit payment terms and credit limits"),
    Perm.CONTACT_REVEAL_LOGGED: _("See contact data of one customer, which is recorded"),
    Perm.CONTACT_REVEAL: _("See phone numbers and addresses in full"),
    Perm.USER_MANAGE: _("Manage people"),
    Perm.ROLE_MANAGE: _("Edit what roles may do"),
    Perm.APIKEY_MANAGE: _("Make and revoke API keys"),
    Perm.METRICS_VIEW: _("Read the metrics"),
}
