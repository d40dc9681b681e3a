"""What happens to the rules of pricing."""

from openoms.domains.events.kinds import declare

RULES_CHANGED = declare(
    "pricing.rules_changed",
    subject="pricing",
    data={"what": str, "before": dict, "after": dict},
    en="{actor} changed {what}: {before} → {after}",
    zh="{actor} 修改了 {what}：{before} → {after}",
)
