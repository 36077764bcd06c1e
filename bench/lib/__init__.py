"""What the benches share; every bench itself is one script beside this folder."""
