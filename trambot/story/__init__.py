"""The story: the main job played through the simulator, as people live it, on servers of its own."""
