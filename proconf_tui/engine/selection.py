"""Who is heard when more people talk at once than anybody can listen to: pure."""
