-- Why: other systems of the city read the catalogue through public; they see what is for sale and nothing else.

CREATE VIEW public.cities AS
SELECT id, slug, name, state, country, time_zone, currency
FROM reserve.cities
WHERE is_active;

CREATE VIEW public.properties AS
SELECT p.id, p.city_id, p.name, p.slug, p.description, p.property_type, p.address, p.latitude, p.longitude,
       p.amenities_cached AS amenities, p.images_cached AS images, p.rating, p.reviews_count, p.cancellation_policy
FROM reserve.properties_map p
WHERE p.is_active AND p.is_published;

CREATE VIEW public.units AS
SELECT u.id, u.property_id, u.name, u.slug, u.description, u.max_occupancy, u.base_capacity, u.bed_configuration,
       u.amenities_cached AS amenities, u.images_cached AS images
FROM reserve.unit_map u
JOIN reserve.properties_map p ON p.id = u.property_id
WHERE u.is_active AND p.is_active AND p.is_published;
