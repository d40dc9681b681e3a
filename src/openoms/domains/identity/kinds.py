"""What happens to people, roles and keys."""

from openoms.domains.events.kinds import declare

USER_CREATED = declare(
    "user.created",
    subject="user",
    data={"roles": list},
    en="{actor} added a person with the roles {roles}",
    zh="{actor} 新增了人员，角色：{roles}",
)
USER_CHANGED = declare(
    "user.changed",
    subject="user",
    data={"before": dict, "after": dict},
    en="{actor} changed a person: {before} → {after}",
    zh="{actor} 修改了人员：{before} → {after}",
)
ROLE_CHANGED = declare(
    "role.changed",
    subject="role",
    data={"role": str, "before": list, "after": list},
    en="{actor} changed what {role} may do from [{before}] to [{after}]",
    zh="{actor} 修改了 {role} 的权限：由 [{before}] 改为 [{after}]",
)
KEY_CREATED = declare(
    "apikey.created",
    subject="apikey",
    data={"name": str, "prefix": str, "scopes": list},
    en="{actor} made the API key {name} ({prefix}…)",
    zh="{actor} 新建了 API 密钥 {name}（{prefix}…）",
)
KEY_REVOKED = declare(
    "apikey.revoked",
    subject="apikey",
    data={"name": str, "prefix": str},
    en="{actor} revoked the API key {name} ({prefix}…)",
    zh="{actor} 吊销了 API 密钥 {name}（{prefix}…）",
)
