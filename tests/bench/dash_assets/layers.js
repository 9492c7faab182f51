// what baseline_dash_leaflet.py lets the browser do
window.dashExtensions = {
  default: {
    begun: (feature, context) => feature.properties.first <= context.hideout.year,
    circle: (feature, at) => L.circleMarker(at, { radius: 5, fillOpacity: 1 }),
  },
};
