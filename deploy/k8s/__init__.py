"""How the suite runs in a cluster. The manifests are beside this; `secrets` makes what they refer to."""
