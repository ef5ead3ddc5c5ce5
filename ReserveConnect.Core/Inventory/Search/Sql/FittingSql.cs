namespace ReserveConnect.Inventory.Search.Sql;

/// <summary>
/// The beginning of every statement of a search: the properties and units that fit apart from nights and price, and their rate
/// plans (docs/search.md, 'Which properties fit').
/// </summary>
internal static class FittingSql
{
    /// <summary>
    /// Properties that fit the filters; those of type, policy and rating are only noted when facets are counted, because a
    /// facet leaves its own filter out.
    /// </summary>
    /// <remarks>
    /// Conditions that the planner cannot guess stand in a CASE, which it takes for a half: with its guess of a thousandth it
    /// would plan for one property and join the whole city row by row.
    /// </remarks>
    public const string Text =
        """
        WITH properties AS MATERIALIZED (
            SELECT *, f.fits_type AND f.fits_policy AND f.fits_rating AS fits
            FROM (
                SELECT p.id, p.number, p.property_type, p.cancellation_policy, p.rating, p.cleaning_fee, p.amenities_cached AS amenities,
                       CASE
                           WHEN @TextNumbers::integer[] IS NOT NULL THEN t.points
                           WHEN p.rating IS NULL THEN 0
                           ELSE div(100 * p.rating * p.reviews_count + 8000, p.reviews_count + 20)
                       END AS points,
                       floor(2 * 6371008.8::double precision * asin(sqrt(CASE WHEN half.chord > 1 THEN 1 ELSE half.chord END)) + 0.5)::bigint AS metres,
                       @Types::text[] IS NULL OR p.property_type = ANY (@Types) AS fits_type,
                       @Policies::text[] IS NULL OR p.cancellation_policy = ANY (@Policies) AS fits_policy,
                       @RatingMin::numeric IS NULL OR COALESCE(p.rating >= @RatingMin, false) AS fits_rating
                FROM reserve.properties_map p
                CROSS JOIN LATERAL (
                    SELECT sin((p.latitude - @Latitude) * pi() / 180 / 2) ^ 2
                           + cos(@Latitude * pi() / 180) * cos(p.latitude * pi() / 180)
                               * sin((p.longitude - @Longitude) * pi() / 180 / 2) ^ 2 AS chord) half
                LEFT JOIN unnest(@TextNumbers::integer[], @TextPoints::integer[]) AS t (number, points) ON t.number = p.number
                WHERE p.city_id = @City
                  AND p.is_active
                  AND p.is_published
                  AND CASE WHEN @Property::uuid IS NULL THEN true ELSE p.id = @Property END
                  AND CASE WHEN @TextNumbers::integer[] IS NULL THEN true ELSE t.number IS NOT NULL END
                  AND CASE
                          WHEN NOT @HasBox THEN true
                          WHEN @West::double precision <= @East::double precision THEN
                              p.latitude BETWEEN @South AND @North AND p.longitude BETWEEN @West AND @East
                          ELSE p.latitude BETWEEN @South AND @North AND (p.longitude >= @West OR p.longitude <= @East)
                      END) f
            WHERE CASE WHEN @RadiusKm::numeric IS NULL THEN true ELSE f.metres <= @RadiusKm * 1000 END
              AND CASE WHEN @WithFacets THEN true ELSE f.fits_type AND f.fits_policy AND f.fits_rating END
        ),
        units AS MATERIALIZED (
            SELECT u.id, u.property_id, u.name, u.max_occupancy, u.base_capacity, p.cleaning_fee, p.amenities || u.amenities_cached AS amenities
            FROM properties p
            JOIN reserve.unit_map u ON u.property_id = p.id
            WHERE u.is_active
              AND u.max_occupancy >= @Guests
              AND CASE WHEN cardinality(@Amenities::text[]) = 0 THEN true ELSE p.amenities || u.amenities_cached @> to_jsonb(@Amenities::text[]) END
        ),
        -- Of the plans in force on a day the one with the least rank counts, then the one that began last.
        plans AS MATERIALIZED (
            SELECT u.id AS unit_id, u.property_id, r.rank, COALESCE(r.valid_from, '-infinity') AS valid_from, COALESCE(r.valid_to, 'infinity') AS valid_to,
                   r.currency, COALESCE(r.base_price, standard.base_price) AS base_price, r.service_fee_percentage, COALESCE(r.cleaning_fee, u.cleaning_fee) AS cleaning_fee,
                   COALESCE(r.extra_guest_fee, standard.extra_guest_fee)
                       * greatest(@Guests - COALESCE(r.base_capacity, u.base_capacity), 0) AS supplement,
                   COALESCE((SELECT d.percent
                             FROM jsonb_to_recordset(COALESCE(r.length_of_stay_discounts, standard.length_of_stay_discounts)) AS d (min_nights integer, percent numeric)
                             WHERE d.min_nights <= @Nights
                             ORDER BY d.min_nights DESC
                             LIMIT 1), 0) AS discount_percentage
            FROM units u
            JOIN reserve.rate_plans standard ON standard.unit_id = u.id AND NOT standard.is_season
            CROSS JOIN LATERAL (
                SELECT s.*, CASE WHEN s.unit_id IS NULL THEN 2 ELSE 1 END AS rank
                FROM reserve.rate_plans s
                WHERE s.property_id = u.property_id
                  AND s.is_season
                  AND (s.unit_id = u.id OR s.unit_id IS NULL)
                  AND COALESCE(s.valid_from, '-infinity') <= @To
                  AND COALESCE(s.valid_to, 'infinity') >= @First
                UNION ALL
                SELECT s.*, 3
                FROM reserve.rate_plans s
                WHERE s.unit_id = u.id
                  AND NOT s.is_season) r
        )
        """;
}
