-- The tables of an atlas in PostgreSQL with PostGIS, described in docs/postgis.md. They are created in the first schema
-- of the search path, on which PostGIS stands too. By hand:
--   CREATE EXTENSION postgis; CREATE SCHEMA atlas; SET search_path TO atlas, public;

CREATE TABLE description (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    content jsonb   NOT NULL
);
COMMENT ON TABLE description IS 'yaml: title, layers in drawing order, opening view, counts; one row';

CREATE TABLE features (
    id         text    PRIMARY KEY,
    layer      text    NOT NULL,
    place      integer NOT NULL DEFAULT 0,
    properties jsonb   NOT NULL,
    geometry   geometry(Geometry, 4326),
    least_zoom smallint,
    tile       jsonb
);
COMMENT ON TABLE  features IS 'Places, lines and subjects without a place (WGS 84)';
COMMENT ON COLUMN features.place IS 'Order within the layer';
COMMENT ON COLUMN features.properties IS 'All fields of a feature but id, layer and geometry';
COMMENT ON COLUMN features.least_zoom IS 'Of tiled layers: the zoom from which on the feature is in its tile';
COMMENT ON COLUMN features.tile IS 'Of tiled layers: what the tile says of the feature';
CREATE INDEX features_geometry ON features USING gist (geometry);
CREATE INDEX features_least_zoom ON features (least_zoom);
CREATE INDEX features_layer ON features (layer, id);

-- each: id, where it stands in which file, and the entry itself
CREATE TABLE figures (
    id      text    PRIMARY KEY,
    file    text    NOT NULL,
    place   integer NOT NULL DEFAULT 0,
    content jsonb   NOT NULL CHECK (content ->> 'id' IS NOT DISTINCT FROM id)
);
CREATE TABLE events     (LIKE figures INCLUDING ALL);
CREATE TABLE statements (LIKE figures INCLUDING ALL);
CREATE TABLE commentary (LIKE figures INCLUDING ALL);
CREATE TABLE documents  (LIKE figures INCLUDING ALL);
CREATE TABLE sources    (LIKE figures INCLUDING ALL);
CREATE TABLE people     (LIKE figures INCLUDING ALL);
CREATE TABLE briefings  (LIKE figures INCLUDING ALL);
CREATE TABLE changes    (LIKE figures INCLUDING ALL);
CREATE TABLE properties (LIKE figures INCLUDING ALL);
CREATE TABLE units      (LIKE figures INCLUDING ALL);
CREATE TABLE topics     (LIKE figures INCLUDING ALL);
CREATE TABLE parties    (LIKE figures INCLUDING ALL);
COMMENT ON TABLE figures    IS 'Values with their sources; never merged, never averaged';
COMMENT ON TABLE events     IS 'What happened or is promised, with its day';
COMMENT ON TABLE statements IS 'Quotations, word for word';
COMMENT ON TABLE commentary IS 'Other experts'' published views, in our words';
COMMENT ON TABLE documents  IS 'Documents signed at an event';
COMMENT ON TABLE sources    IS 'Where something was read';
COMMENT ON TABLE people     IS 'Who is quoted';
COMMENT ON TABLE briefings  IS 'Ways through the atlas to present in a room';
COMMENT ON TABLE changes    IS 'What each release changed; no part of what its hash is made of';
COMMENT ON TABLE properties IS 'Vocabulary: what a figure measures';
COMMENT ON TABLE units      IS 'Vocabulary: units of figures';
COMMENT ON TABLE topics     IS 'Vocabulary: what statements are about';
COMMENT ON TABLE parties    IS 'Vocabulary: who uses which name';

CREATE TABLE articles (name text PRIMARY KEY, content text NOT NULL);
COMMENT ON TABLE articles IS 'Stored articles, against which quotations are proved; a paragraph is a line';
CREATE TABLE base (one boolean PRIMARY KEY DEFAULT true CHECK (one), content jsonb NOT NULL);
COMMENT ON TABLE base IS 'The base map, a GeoJSON FeatureCollection; may be empty';
