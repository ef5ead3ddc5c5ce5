using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>Lists of properties and room types.</summary>
internal static class CatalogueEndpoints
{
    /// <summary><c>GET /v1/cities/{city}/properties</c></summary>
    public static Task ListProperties(HttpContext context, HostState state) => Page(
        context,
        state,
        city => city.Properties,
        property => property.Version,
        property => property.Id,
        (items, next, version) => context.Response.WriteAsJsonAsync(new PropertyPage(items, next, version), HostJson.Default.PropertyPage));

    /// <summary><c>GET /v1/cities/{city}/room-types</c></summary>
    public static Task ListRoomTypes(HttpContext context, HostState state) => Page(
        context,
        state,
        city => Array.ConvertAll(city.Rooms, room => room.Type),
        type => type.Version,
        type => type.PropertyId,
        (items, next, version) => context.Response.WriteAsJsonAsync(new RoomTypePage(items, next, version), HostJson.Default.RoomTypePage));

    /// <summary><c>GET /v1/properties/{property_id}/room-types</c></summary>
    public static Task ListRoomTypesOfProperty(HttpContext context, HostState state)
    {
        var property = state.Property(new HostRequest(context).RouteId("property_id"));
        if (property is null)
            return HostProblem.NotFound("property").WriteAsync(context);
        var types = state.City(property.City)!.Rooms.Where(r => r.Type.PropertyId == property.Id).Select(r => r.Type);
        return context.Response.WriteAsJsonAsync(new RoomTypeList([.. types]), HostJson.Default.RoomTypeList);
    }

    private static Task Page<T>(
        HttpContext context, HostState state, Func<HostCity, T[]> list, Func<T, long> versionOf, Func<T, Guid> propertyOf, Func<List<T>, string?, long, Task> write)
    {
        var request = new HostRequest(context);
        var (limit, since, cursor, only) = (request.Limit(), request.Since("updated_since_version"), request.Cursor(), request.Only("property_id"));
        if (request.Problem is { } problem)
            return problem.WriteAsync(context);
        if (state.City(request.Route("city")) is not { } city)
            return HostProblem.NotFound("city").WriteAsync(context);

        var version = cursor?.Version ?? state.CatalogueVersion;
        var all = list(city);
        var page = new List<T>(Math.Min(limit, all.Length));
        for (var i = cursor?.Index ?? 0; i < all.Length; i++)
        {
            if (versionOf(all[i]) <= since || (only is { } id && propertyOf(all[i]) != id))
                continue;
            if (page.Count == limit)
                return write(page, HostRequest.NextCursor(version, i), version);
            page.Add(all[i]);
        }

        return write(page, null, version);
    }
}
