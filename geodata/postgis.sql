-- An atlas in PostgreSQL with PostGIS: one schema, `atlas`. What stands in it is described in docs/postgis.md.

CREATE EXTENSION IF NOT EXISTS postgis;
CREATE SCHEMA atlas;
COMMENT ON SCHEMA atlas IS 'An atlas of corridors: everything that its folder of files would hold';

CREATE TABLE atlas.description (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    content jsonb   NOT NULL
);
COMMENT ON TABLE atlas.description IS 'atlas.yaml: title, layers in drawing order, opening view, counts; one row';

CREATE TABLE atlas.features (
    id         text    PRIMARY KEY,
    layer      text    NOT NULL,
    place      integer NOT NULL DEFAULT 0,
    properties jsonb   NOT NULL,
    geometry   public.geometry(Geometry, 4326),
    least_zoom smallint,
    tile       jsonb
);
COMMENT ON TABLE  atlas.features IS 'Places, lines and subjects without a place (WGS 84)';
COMMENT ON COLUMN atlas.features.place IS 'Order within the layer';
COMMENT ON COLUMN atlas.features.properties IS 'All fields of a feature but id, layer and geometry';
COMMENT ON COLUMN atlas.features.least_zoom IS 'Of tiled layers: the zoom from which on the feature is in its tile';
COMMENT ON COLUMN atlas.features.tile IS 'Of tiled layers: what the tile says of the feature';
CREATE INDEX features_geometry ON atlas.features USING gist (geometry);
CREATE INDEX features_least_zoom ON atlas.features (least_zoom);
CREATE INDEX features_layer ON atlas.features (layer, id);

-- each: id, where it stands in which file, and the entry itself
CREATE TABLE atlas.figures (
    id      text    PRIMARY KEY,
    file    text    NOT NULL,
    place   integer NOT NULL DEFAULT 0,
    content jsonb   NOT NULL CHECK (content ->> 'id' = id)
);
CREATE TABLE atlas.events     (LIKE atlas.figures INCLUDING ALL);
CREATE TABLE atlas.statements (LIKE atlas.figures INCLUDING ALL);
CREATE TABLE atlas.commentary (LIKE atlas.figures INCLUDING ALL);
CREATE TABLE atlas.documents  (LIKE atlas.figures INCLUDING ALL);
CREATE TABLE atlas.sources    (LIKE atlas.figures INCLUDING ALL);
CREATE TABLE atlas.people     (LIKE atlas.figures INCLUDING ALL);
CREATE TABLE atlas.briefings  (LIKE atlas.figures INCLUDING ALL);
CREATE TABLE atlas.properties (LIKE atlas.figures INCLUDING ALL);
CREATE TABLE atlas.units      (LIKE atlas.figures INCLUDING ALL);
CREATE TABLE atlas.topics     (LIKE atlas.figures INCLUDING ALL);
CREATE TABLE atlas.parties    (LIKE atlas.figures INCLUDING ALL);
COMMENT ON TABLE atlas.figures    IS 'Values with their sources; never merged, never averaged';
COMMENT ON TABLE atlas.events     IS 'What happened or is promised, with its day';
COMMENT ON TABLE atlas.statements IS 'Quotations, word for word';
COMMENT ON TABLE atlas.commentary IS 'Other experts'' published views, in our words';
COMMENT ON TABLE atlas.documents  IS 'Documents signed at an event';
COMMENT ON TABLE atlas.sources    IS 'Where something was read';
COMMENT ON TABLE atlas.people     IS 'Who is quoted';
COMMENT ON TABLE atlas.briefings  IS 'Ways through the atlas to present in a room';
COMMENT ON TABLE atlas.properties IS 'Vocabulary: what a figure measures';
COMMENT ON TABLE atlas.units      IS 'Vocabulary: units of figures';
COMMENT ON TABLE atlas.topics     IS 'Vocabulary: what statements are about';
COMMENT ON TABLE atlas.parties    IS 'Vocabulary: who uses which name';

CREATE TABLE atlas.articles (name text PRIMARY KEY, content text NOT NULL);
COMMENT ON TABLE atlas.articles IS 'Stored articles, against which quotations are proved; a paragraph is a line';
CREATE TABLE atlas.base (one boolean PRIMARY KEY DEFAULT true CHECK (one), content jsonb NOT NULL);
COMMENT ON TABLE atlas.base IS 'The base map, a GeoJSON FeatureCollection; may be empty';
