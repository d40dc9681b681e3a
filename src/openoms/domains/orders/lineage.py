"""Which orders came from which: parts of one that was split, and one that others were merged into."""

from django.db import models

LINEAGE = ("split", "merge")


class Lineage(models.Model):
    """One order that came from another: `child` is a part split off `parent`, or what `parent` was merged into."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=5, choices=[(kind, kind) for kind in LINEAGE])
    parent = models.ForeignKey("orders.Order", models.CASCADE, related_name="became", db_index=False)
    child = models.ForeignKey("orders.Order", models.CASCADE, related_name="came_from", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=["parent"], name="lineage_parent"),
            models.Index(fields=["child"], name="lineage_child"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.parent_id} {self.child_id}"
