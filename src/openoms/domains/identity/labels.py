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
    Perm.CATALOG_VIEW: _("See the catalogue"),
    Perm.CATALOG_EDIT: _("Edit the catalogue"),
    Perm.PRICE_EDIT: _("Edit prices and taxes"),
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
