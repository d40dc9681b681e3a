"""What happens to the rules of pricing."""

from openoms.domains.events.kinds import declare

RULES_CHANGED = declare(
    "pricing.rules_changed",
    subject="pricing",
    data={"what": str, "before": dict, "after": dict},
    en="{actor} changed {what}: {before} → {after}",
    zh="{actor} 修改了 {what}：{before} → {after}",
)
PROMOTION_SAVED = declare(
    "pricing.promotion_saved",
    subject="promotion",
    data={"code": str, "before": dict, "after": dict},
    en="{actor} saved the promotion {code}",
    zh="{actor} 保存了促销 {code}",
)
COUPONS_CREATED = declare(
    "pricing.coupons_created",
    subject="promotion",
    data={"code": str, "count": int, "batch": str, "first": str},
    en="{actor} made {count} coupon(s) for the promotion {code}",
    zh="{actor} 为促销 {code} 生成了 {count} 张优惠券",
)
COUPON_CHANGED = declare(
    "pricing.coupon_changed",
    subject="promotion",
    data={"code": str, "before": dict, "after": dict},
    en="{actor} changed the coupon {code}",
    zh="{actor} 修改了优惠券 {code}",
)
CONTRACT_SAVED = declare(
    "pricing.contract_saved",
    subject="contract",
    data={"code": str, "customer": str, "before": dict, "after": dict},
    en="{actor} saved the contract {code} with {customer}",
    zh="{actor} 保存了与 {customer} 的合同价 {code}",
)
