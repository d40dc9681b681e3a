"""What happens to customers; contact data stays out of events, changes name the fields only."""

from openoms.domains.events.kinds import declare

CUSTOMER_CREATED = declare(
    "customer.created",
    subject="customer",
    data={"code": str},
    en="{actor} added the customer {code}",
    zh="{actor} 新增了客户 {code}",
)
CUSTOMER_CHANGED = declare(
    "customer.changed",
    subject="customer",
    data={"code": str, "fields": list},
    en="{actor} changed the customer {code}: {fields}",
    zh="{actor} 修改了客户 {code}：{fields}",
)
ADDRESS_ADDED = declare(
    "customer.address_added",
    subject="customer",
    data={"code": str, "country": str},
    en="{actor} added an address of {code} in {country}",
    zh="{actor} 为 {code} 新增了位于 {country} 的地址",
)
