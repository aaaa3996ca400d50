"""Pictures of exercises, drawn from joint angles: figure (a body), things (what it uses), scene (the picture), poses."""
