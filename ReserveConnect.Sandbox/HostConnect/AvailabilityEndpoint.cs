using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>
/// <c>GET /v1/cities/{city}/availability</c>. Written straight to the connection, room type by room type: a page of 500
/// room types with a year each is 25 MB, and none of it is kept.
/// </summary>
internal static class AvailabilityEndpoint
{
    private const int LongestSpan = 400;

    private static readonly JsonEncodedText _roomTypeId = JsonEncodedText.Encode("room_type_id");
    private static readonly JsonEncodedText _nights = JsonEncodedText.Encode("nights");
    private static readonly JsonEncodedText _date = JsonEncodedText.Encode("date");
    private static readonly JsonEncodedText _allotment = JsonEncodedText.Encode("allotment");
    private static readonly JsonEncodedText _sold = JsonEncodedText.Encode("sold");
    private static readonly JsonEncodedText _price = JsonEncodedText.Encode("price");
    private static readonly JsonEncodedText _isOpen = JsonEncodedText.Encode("is_open");
    private static readonly JsonEncodedText _minStay = JsonEncodedText.Encode("min_stay");
    private static readonly JsonEncodedText _maxStay = JsonEncodedText.Encode("max_stay");
    private static readonly JsonEncodedText _closedToArrival = JsonEncodedText.Encode("closed_to_arrival");
    private static readonly JsonEncodedText _closedToDeparture = JsonEncodedText.Encode("closed_to_departure");
    private static readonly JsonEncodedText _version = JsonEncodedText.Encode("version");

    /// <summary>Answers the call.</summary>
    public static async Task List(HttpContext context, HostState state, DateOnly today)
    {
        var request = new HostRequest(context);
        var from = request.Date("from") ?? today;
        var to = request.Date("to") ?? from.AddDays(365);
        var (limit, since, cursor, only) = (request.Limit(), request.Since("since_version"), request.Cursor(), request.Only("property_id"));
        var problem = request.Problem ?? (to <= from || to.DayNumber - from.DayNumber > LongestSpan
            ? HostProblem.Invalid($"'to' must be after 'from' and at most {LongestSpan} days later.")
            : null);
        if (problem is not null)
        {
            await problem.WriteAsync(context);
            return;
        }

        if (state.City(request.Route("city")) is not { } city)
        {
            await HostProblem.NotFound("city").WriteAsync(context);
            return;
        }

        // Noted before the first lock is taken: see HostState.NextVersion.
        var version = cursor?.Version ?? state.Version;
        context.Response.ContentType = "application/json; charset=utf-8";
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            await WriteAsync(context.Response.BodyWriter, city, from, to, since, only, limit, cursor?.Index ?? 0, version, context.RequestAborted);
            return;
        }

        context.Response.Headers.ContentEncoding = "gzip";
        await using var zip = new GZipStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
        var pipe = PipeWriter.Create(zip, new StreamPipeWriterOptions(leaveOpen: true));
        await WriteAsync(pipe, city, from, to, since, only, limit, cursor?.Index ?? 0, version, context.RequestAborted);
        await pipe.CompleteAsync();
    }

    private static async Task WriteAsync(
        PipeWriter pipe, HostCity city, DateOnly from, DateOnly to, long? since, Guid? only, int limit, int index, long version,
        CancellationToken ct)
    {
        var buffer = ArrayPool<Night>.Shared.Rent(LongestSpan);
        await using var json = new Utf8JsonWriter(pipe, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteStartArray("items");
        var written = 0;
        string? next = null;
        for (; index < city.Rooms.Length; index++)
        {
            if (only is { } id && city.Rooms[index].Type.PropertyId != id)
                continue;
            var count = Copy(city.Rooms[index], from, to, since, buffer, out var start);
            if (count == 0 && since is not null)
                continue;
            if (written == limit)
            {
                next = HostRequest.NextCursor(version, index);
                break;
            }

            Write(json, city.Rooms[index].Type.Id, buffer.AsSpan(0, count), start, since ?? 0);
            written++;
            await json.FlushAsync(ct);
            await pipe.FlushAsync(ct);
        }

        json.WriteEndArray();
        json.WriteString("next_cursor", next);
        json.WriteNumber(_version, version);
        json.WriteEndObject();
        await json.FlushAsync(ct);
        await pipe.FlushAsync(ct);
        ArrayPool<Night>.Shared.Return(buffer);
    }

    // Zero when nothing changed since: the caller leaves the room type out.
    private static int Copy(Room room, DateOnly from, DateOnly to, long? since, Night[] buffer, out DateOnly start)
    {
        lock (room.Gate)
        {
            var nights = room.Span(from, to, out start);
            if (since is { } after && (room.NightsVersion <= after || !AnyAfter(nights, after)))
                return 0;
            nights.CopyTo(buffer);
            return nights.Length;
        }
    }

    private static bool AnyAfter(ReadOnlySpan<Night> nights, long version)
    {
        foreach (ref readonly var night in nights)
        {
            if (night.Version > version)
                return true;
        }

        return false;
    }

    private static void Write(Utf8JsonWriter json, Guid roomTypeId, ReadOnlySpan<Night> nights, DateOnly start, long after)
    {
        Span<byte> day = stackalloc byte[10];
        json.WriteStartObject();
        json.WriteString(_roomTypeId, roomTypeId);
        json.WriteStartArray(_nights);
        for (var i = 0; i < nights.Length; i++)
        {
            ref readonly var night = ref nights[i];
            if (night.Version <= after)
                continue;
            start.AddDays(i).TryFormat(day, out _, "O", CultureInfo.InvariantCulture);
            json.WriteStartObject();
            json.WriteString(_date, day);
            json.WriteNumber(_allotment, night.Allotment);
            json.WriteNumber(_sold, night.Sold);
            if (night.Price is { } price)
                json.WriteNumber(_price, price);
            else
                json.WriteNull(_price);
            json.WriteBoolean(_isOpen, (night.Flags & NightFlags.Closed) == 0);
            json.WriteNumber(_minStay, night.MinStay);
            json.WriteNumber(_maxStay, night.MaxStay);
            json.WriteBoolean(_closedToArrival, (night.Flags & NightFlags.ClosedToArrival) != 0);
            json.WriteBoolean(_closedToDeparture, (night.Flags & NightFlags.ClosedToDeparture) != 0);
            json.WriteNumber(_version, night.Version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
