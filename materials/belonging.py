"""Which addresses of this app belong to what season."""

from contest.reads.page_season import registers, through
from materials.models import Evidence, LateCode, Material, Pledge

registers(
    {
        "desk/materials/": through(Material, "entry__stage__season"),
        "desk/pledges/": through(Pledge, "entry__stage__season"),
        "desk/late-codes/": through(LateCode, "entry__stage__season"),
        "desk/evidence/": through(Evidence, "claim__pledge__entry__stage__season"),
    }
)
