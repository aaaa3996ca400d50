"""Pictures of exercises, drawn from joint angles: figure (a body), things (what it uses), scene (all of it), poses."""
