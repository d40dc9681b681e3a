"""What happens to customers; contact data stays out of events: names, phones, addresses and notes are told as fields only."""

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
    data={"code": str, "fields": list, "before": dict, "after": dict},
    en="{actor} changed the customer {code}: {fields}",
    zh="{actor} 修改了客户 {code}：{fields}",
)
CONTACT_ADDED = declare(
    "customer.contact_added",
    subject="customer",
    data={"code": str, "contact": str, "role": str},
    en="{actor} added a contact of {code} ({role})",
    zh="{actor} 为 {code} 新增了联系人（{role}）",
)
CONTACT_CHANGED = declare(
    "customer.contact_changed",
    subject="customer",
    data={"code": str, "contact": str, "fields": list},
    en="{actor} changed a contact of {code}: {fields}",
    zh="{actor} 修改了 {code} 的联系人：{fields}",
)
CONTACT_REMOVED = declare(
    "customer.contact_removed",
    subject="customer",
    data={"code": str, "contact": str},
    en="{actor} removed a contact of {code}",
    zh="{actor} 移除了 {code} 的联系人",
)
CONTACT_REVEALED = declare(
    "contact.revealed",
    subject="customer",
    data={"code": str},
    en="{actor} looked at the contact data of {code}",
    zh="{actor} 查看了 {code} 的联系方式",
)
ADDRESS_ADDED = declare(
    "customer.address_added",
    subject="customer",
    data={"code": str, "country": str},
    en="{actor} added an address of {code} in {country}",
    zh="{actor} 为 {code} 新增了位于 {country} 的地址",
)
ADDRESS_CHANGED = declare(
    "customer.address_changed",
    subject="customer",
    data={"code": str, "address": str, "fields": list},
    en="{actor} changed an address of {code}: {fields}",
    zh="{actor} 修改了 {code} 的地址：{fields}",
)
ADDRESS_REMOVED = declare(
    "customer.address_removed",
    subject="customer",
    data={"code": str, "address": str},
    en="{actor} removed an address of {code}",
    zh="{actor} 移除了 {code} 的地址",
)
CONSENT_CHANGED = declare(
    "consent.changed",
    subject="customer",
    data={"code": str, "channel": str, "contact": str, "before": str, "after": str, "source": str},
    en="{actor} noted consent of {code} for {channel}: {before} → {after} ({source})",
    zh="{actor} 记录了 {code} 的 {channel} 同意状态：{before} → {after}（{source}）",
)
CUSTOMER_MERGED = declare(
    "customer.merged",
    subject="customer",
    data={"code": str, "into": str},
    en="{actor} merged {code} into {into}",
    zh="{actor} 将 {code} 合并到了 {into}",
)
CUSTOMER_ABSORBED = declare(
    "customer.absorbed",
    subject="customer",
    data={"code": str, "merged": str, "orders": int, "contacts": int, "addresses": int, "taken": list},
    en="{actor} merged {merged} into {code}: {orders} orders, {contacts} contacts, {addresses} addresses; taken from it: {taken}",
    zh="{actor} 将 {merged} 合并到 {code}：{orders} 个订单、{contacts} 个联系人、{addresses} 个地址；取其：{taken}",
)
