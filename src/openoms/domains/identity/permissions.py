"""Permissions, declared in code; which role holds which is data (Role.grants) that starts from `DEFAULT_GRANTS`."""

from enum import StrEnum


class Perm(StrEnum):
    """What an actor may do; each flow requires one on its first line."""

    ORDER_VIEW = "order.view"
    ORDER_CREATE = "order.create"
    ORDER_SUBMIT = "order.submit"
    ORDER_CANCEL = "order.cancel"
    ORDER_SPLIT = "order.split"
    ORDER_DISCOUNT = "order.discount"
    PRICE_OVERRIDE = "price.override"
    ORDER_IMPORT = "order.import"
    ORDER_CORRECT = "order.correct"
    ORDER_ASSIGN = "order.assign"
    ORDER_COMMENT = "order.comment"
    ORDER_EXPORT = "order.export"
    HOLD_PLACE = "hold.place"
    HOLD_RELEASE = "hold.release"
    INSTRUCTION_ADD = "instruction.add"
    INSTRUCTION_MANAGE = "instruction.manage"
    SERVICE_PERFORM = "service.perform"
    APPROVAL_VIEW = "approval.view"
    APPROVAL_MANAGE = "approval.manage"
    PAYMENT_VIEW = "payment.view"
    PAYMENT_RECORD = "payment.record"
    NOTIFICATION_MANAGE = "notification.manage"
    STOCK_VIEW = "stock.view"
    STOCK_ADJUST = "stock.adjust"
    STOCK_MANAGE = "stock.manage"
    SUPPLY_VIEW = "supply.view"
    SUPPLY_MANAGE = "supply.manage"
    PRODUCTION_REPORT = "production.report"
    FULFILMENT_WORK = "fulfilment.work"
    CATALOG_VIEW = "catalog.view"
    CATALOG_EDIT = "catalog.edit"
    PRICE_EDIT = "price.edit"
    COST_VIEW = "cost.view"
    CUSTOMER_VIEW = "customer.view"
    CUSTOMER_EDIT = "customer.edit"
    CUSTOMER_MERGE = "customer.merge"
    CREDIT_EDIT = "credit.edit"
    CONTACT_REVEAL = "contact.reveal"
    CONTACT_REVEAL_LOGGED = "contact.reveal_logged"
    USER_MANAGE = "user.manage"
    ROLE_MANAGE = "role.manage"
    APIKEY_MANAGE = "apikey.manage"
    METRICS_VIEW = "metrics.view"


# What everybody who works on orders may do about one: talk, remark, stop it.
_WORK = {
    Perm.ORDER_VIEW,
    Perm.CATALOG_VIEW,
    Perm.ORDER_COMMENT,
    Perm.INSTRUCTION_ADD,
    Perm.HOLD_PLACE,
    Perm.STOCK_VIEW,
}
_LOOK = _WORK | {Perm.CUSTOMER_VIEW, Perm.ORDER_EXPORT, Perm.PAYMENT_VIEW}
_SELL = _LOOK | {
    Perm.ORDER_CREATE,
    Perm.ORDER_SUBMIT,
    Perm.ORDER_CANCEL,
    Perm.ORDER_SPLIT,
    Perm.ORDER_CORRECT,
    Perm.ORDER_ASSIGN,
    Perm.HOLD_RELEASE,
    Perm.CUSTOMER_EDIT,
    Perm.CONTACT_REVEAL,
    Perm.SERVICE_PERFORM,
}

# code → (English name, Chinese name, permissions). The administrator holds everything, now and later.
DEFAULT_GRANTS: dict[str, tuple[str, str, frozenset[Perm]]] = {
    "sales": ("Sales", "销售", frozenset(_SELL)),
    "sales_manager": (
        "Sales manager",
        "销售经理",
        frozenset(
            _SELL
            | {
                Perm.ORDER_DISCOUNT,
                Perm.PRICE_OVERRIDE,
                Perm.PRICE_EDIT,
                Perm.CATALOG_EDIT,
                Perm.COST_VIEW,
                Perm.INSTRUCTION_MANAGE,
                Perm.CUSTOMER_MERGE,
                Perm.CREDIT_EDIT,
                Perm.APPROVAL_VIEW,
            }
        ),
    ),
    "finance": (
        "Finance",
        "财务",
        frozenset(
            _LOOK
            | {
                Perm.PRICE_EDIT,
                Perm.CONTACT_REVEAL,
                Perm.HOLD_RELEASE,
                Perm.COST_VIEW,
                Perm.CREDIT_EDIT,
                Perm.APPROVAL_VIEW,
                Perm.PAYMENT_RECORD,
            }
        ),
    ),
    "production": (
        "Production",
        "生产",
        frozenset(
            _WORK | {Perm.SERVICE_PERFORM, Perm.SUPPLY_VIEW, Perm.PRODUCTION_REPORT, Perm.SUPPLY_MANAGE}
        ),
    ),
    "purchasing": (
        "Purchasing",
        "采购",
        frozenset(_WORK | {Perm.COST_VIEW, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE, Perm.STOCK_ADJUST}),
    ),
    "warehouse": (
        "Warehouse",
        "仓库",
        frozenset(_WORK | {Perm.SERVICE_PERFORM, Perm.STOCK_ADJUST, Perm.FULFILMENT_WORK, Perm.SUPPLY_VIEW}),
    ),
    "logistics": ("Logistics", "物流", frozenset(_LOOK | {Perm.CONTACT_REVEAL, Perm.ORDER_CORRECT})),
    "customer_service": ("Customer service", "客服", frozenset(_SELL | {Perm.CUSTOMER_MERGE})),
    "manager": (
        "Manager",
        "管理层",
        frozenset(
            _LOOK
            | {
                Perm.METRICS_VIEW,
                Perm.COST_VIEW,
                Perm.CREDIT_EDIT,
                Perm.CONTACT_REVEAL_LOGGED,
                Perm.APPROVAL_VIEW,
                Perm.SUPPLY_VIEW,
            }
        ),
    ),
    "integrator": (
        "Integrator",
        "集成商",
        frozenset(
            _SELL
            | {
                Perm.CATALOG_EDIT,
                Perm.PRICE_EDIT,
                Perm.PRICE_OVERRIDE,
                Perm.ORDER_DISCOUNT,
                Perm.METRICS_VIEW,
                Perm.CUSTOMER_MERGE,
                Perm.APPROVAL_VIEW,
                Perm.PAYMENT_RECORD,
                Perm.STOCK_ADJUST,
                Perm.SUPPLY_VIEW,
                Perm.FULFILMENT_WORK,
                Perm.PRODUCTION_REPORT,
            }
        ),
    ),
    "administrator": ("Administrator", "管理员", frozenset(Perm)),
    "customer": ("Customer", "客户", frozenset()),
}
ADMINISTRATOR = "administrator"
