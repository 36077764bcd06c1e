"""Pictures in terminal cells: encoding, tiles, their arrangement and where they come from."""
