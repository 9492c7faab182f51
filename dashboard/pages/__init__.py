"""The pages: each places what the renderers return and listens to what the viewer does."""
