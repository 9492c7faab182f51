"""What is shown: everything on screen, on paper and in a file is a function of the atlas and a View."""
