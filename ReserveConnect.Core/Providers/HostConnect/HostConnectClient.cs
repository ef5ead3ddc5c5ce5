using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ReserveConnect.Providers.HostConnect;

/// <summary>The properties' own system, over the contract of <c>docs/contracts/host-connect.yaml</c>.</summary>
public sealed class HostConnectClient
{
    private readonly ProviderTransport _transport;
    private readonly HostConnectOptions _options;

    internal HostConnectClient(
        HttpClient http,
        ProviderPipelines pipelines,
        IOptions<HostConnectOptions> options,
        TimeProvider time,
        ILogger<HostConnectClient> log)
    {
        _options = options.Value;
        _transport = new ProviderTransport(
            "host_connect", http, pipelines, _options, Refusal, new HashSet<HttpStatusCode>(), time, log);
    }

    /// <summary>One page of a city's properties.</summary>
    /// <param name="city">The city's code, as <c>urubici</c>.</param>
    /// <param name="sinceVersion">Only what changed after this version; null for all.</param>
    /// <param name="cursor">The last page's; null for the first.</param>
    /// <param name="limit">Properties a page, 1 to 500; null: <see cref="HostConnectOptions.PageSize"/>.</param>
    /// <param name="ct">Ends the call.</param>
    /// <param name="propertyId">Only this one; null for all.</param>
    public Task<ProviderAnswer<HostPage<HostProperty>>> ListProperties(
        string city, long? sinceVersion, string? cursor, int? limit, CancellationToken ct, Guid? propertyId = null) =>
        SendPage(
            "property.list",
            Read(Paged(Of(propertyId, $"v1/cities/{Part(city)}/properties?limit={limit ?? _options.PageSize}"), "updated_since_version", sinceVersion, cursor)),
            HostConnectJson.Default.HostPageHostProperty,
            body => BrokenPage.Read(body, HostConnectJson.Default.HostProperty),
            null,
            ct);

    /// <summary>One page of the room types of a whole city; parameters as of <see cref="ListProperties"/>.</summary>
    public Task<ProviderAnswer<HostPage<HostRoomType>>> ListRoomTypes(
        string city, long? sinceVersion, string? cursor, int? limit, CancellationToken ct, Guid? propertyId = null) =>
        SendPage(
            "room_type.list",
            Read(Paged(Of(propertyId, $"v1/cities/{Part(city)}/room-types?limit={limit ?? _options.PageSize}"), "updated_since_version", sinceVersion, cursor)),
            HostConnectJson.Default.HostPageHostRoomType,
            body => BrokenPage.Read(body, HostConnectJson.Default.HostRoomType),
            null,
            ct);

    /// <summary>All room types of one property.</summary>
    public async Task<ProviderAnswer<IReadOnlyList<HostRoomType>>> ListPropertyRoomTypes(Guid propertyId, CancellationToken ct) =>
        (await Send("property.room_types", Read($"v1/properties/{propertyId}/room-types"), HostConnectJson.Default.HostRoomTypeList, ct))
            .Select(list => list.Items);

    /// <summary>One page of the nights of a city's room types.</summary>
    /// <param name="city">The city's code.</param>
    /// <param name="from">First night.</param>
    /// <param name="to">Exclusive, at most 400 days after <paramref name="from"/>.</param>
    /// <param name="sinceVersion">Only nights that changed after this version; null for all.</param>
    /// <param name="cursor">The last page's; null for the first.</param>
    /// <param name="limit">Room types a page, 1 to 500; null: <see cref="HostConnectOptions.AvailabilityPageSize"/>.</param>
    /// <param name="ct">Ends the call.</param>
    /// <param name="propertyId">Only room types of this property; null for all.</param>
    public Task<ProviderAnswer<HostPage<HostAvailability>>> ListAvailability(
        string city, DateOnly from, DateOnly to, long? sinceVersion, string? cursor, int? limit, CancellationToken ct, Guid? propertyId = null)
    {
        var path = $"v1/cities/{Part(city)}/availability?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}&limit={limit ?? _options.AvailabilityPageSize}";
        return SendPage(
            "availability.list",
            Read(Paged(Of(propertyId, path), "since_version", sinceVersion, cursor)),
            HostConnectJson.Default.HostPageHostAvailability,
            BrokenPage.ReadAvailability,
            _options.AvailabilityTimeout,
            ct);
    }

    /// <summary>
    /// Commits a booking. It is not repeated here: after <c>Unknown</c> the saga asks <see cref="FindBookingByKey"/>
    /// before it tries again, and counts its tries. A sold-out night is <c>Refused</c> with <c>no_availability</c>.
    /// </summary>
    public Task<ProviderAnswer<HostBooking>> CreateBooking(HostBookingRequest request, string idempotencyKey, CancellationToken ct) =>
        Send(
            "booking.create",
            Write(HttpMethod.Post, "v1/bookings", idempotencyKey, request, HostConnectJson.Default.HostBookingRequest),
            HostConnectJson.Default.HostBooking,
            ct,
            ProviderRepeat.Never);

    /// <summary>The booking made with a key, as it is now; <c>Done(null)</c> if the Host says that there is none.</summary>
    public async Task<ProviderAnswer<HostBooking?>> FindBookingByKey(string idempotencyKey, CancellationToken ct)
    {
        var answer = await Send("booking.find", Read($"v1/bookings/by-key/{Part(idempotencyKey)}"), HostConnectJson.Default.HostBooking, ct);
        // Another 404 comes from a wrong address, not from the Host's books.
        return answer is ProviderAnswer<HostBooking>.Refused { Code: "booking_not_found" }
            ? new ProviderAnswer<HostBooking?>.Done(null)
            : answer.Select(HostBooking? (booking) => booking);
    }

    /// <summary>A booking by the Host's id, as it is now; <c>Done(null)</c> if the Host says that there is none.</summary>
    public async Task<ProviderAnswer<HostBooking?>> FindBooking(Guid bookingId, CancellationToken ct)
    {
        var answer = await Send("booking.get", Read($"v1/bookings/{bookingId}"), HostConnectJson.Default.HostBooking, ct);
        return answer is ProviderAnswer<HostBooking>.Refused { Code: "booking_not_found" }
            ? new ProviderAnswer<HostBooking?>.Done(null)
            : answer.Select(HostBooking? (booking) => booking);
    }

    /// <summary>Changes a booking; nothing is changed when it is refused. The key makes it repeatable.</summary>
    public Task<ProviderAnswer<HostBooking>> ChangeBooking(Guid bookingId, HostBookingChange change, string idempotencyKey, CancellationToken ct) =>
        Send(
            "booking.change",
            Write(HttpMethod.Patch, $"v1/bookings/{bookingId}", idempotencyKey, change, HostConnectChangeJson.Default.HostBookingChange),
            HostConnectJson.Default.HostBooking,
            ct);

    /// <summary>Cancels a booking; again gives the same answer.</summary>
    public Task<ProviderAnswer<HostBooking>> CancelBooking(Guid bookingId, CancellationToken ct) =>
        Send("booking.cancel", Post($"v1/bookings/{bookingId}/cancel"), HostConnectJson.Default.HostBooking, ct);

    /// <summary>
    /// Makes sure that no booking stands under a key, not even one still on its way. The value is the cancelled booking,
    /// null if there was none.
    /// </summary>
    public async Task<ProviderAnswer<HostBooking?>> CancelBookingByKey(string idempotencyKey, CancellationToken ct) =>
        (await Send("booking.cancel_by_key", Post($"v1/bookings/by-key/{Part(idempotencyKey)}/cancel"), HostConnectJson.Default.HostKeyCancellation, ct))
            .Select(cancellation => cancellation.Booking);

    private Task<ProviderAnswer<T>> Send<T>(
        string operation,
        Func<HttpRequestMessage> request,
        JsonTypeInfo<T> wire,
        CancellationToken ct,
        ProviderRepeat repeat = ProviderRepeat.WhenFailed,
        TimeSpan? timeout = null) =>
        _transport.Send(
            new ProviderCall<T>(
                operation,
                request,
                async (_, body, cut) => await JsonSerializer.DeserializeAsync(body, wire, cut) ?? throw new JsonException("null"),
                repeat,
                timeout),
            ct);

    // A page is read as it arrives. One with something in it that cannot be read is asked for again, kept whole, and read
    // record by record.
    private async Task<ProviderAnswer<HostPage<T>>> SendPage<T>(
        string operation,
        Func<HttpRequestMessage> request,
        JsonTypeInfo<HostPage<T>> wire,
        Func<ReadOnlyMemory<byte>, HostPage<T>> recover,
        TimeSpan? timeout,
        CancellationToken ct)
    {
        var answer = await _transport.Send(
            new ProviderCall<HostPage<T>?>(operation, request, async (_, body, cut) => await ReadOrNull(body, wire, cut), ProviderRepeat.WhenFailed, timeout), ct);
        return answer is ProviderAnswer<HostPage<T>?>.Done { Value: null }
            ? await _transport.Send(
                new ProviderCall<HostPage<T>>(
                    operation, request, async (_, body, cut) => recover(await Whole(body, cut)), ProviderRepeat.WhenFailed, timeout),
                ct)
            : answer.Select(page => page!);
    }

    private static async Task<HostPage<T>?> ReadOrNull<T>(Stream body, JsonTypeInfo<HostPage<T>> wire, CancellationToken ct)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(body, wire, ct) is { } page && page.Items.All(item => item is not null) ? page : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> Whole(Stream body, CancellationToken ct)
    {
        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, ct);
        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }

    private static string Of(Guid? propertyId, string path) => propertyId is { } id ? $"{path}&property_id={id}" : path;

    private static ProviderRefusal? Refusal(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, HostConnectJson.Default.HostProblem) is { } problem
                ? new ProviderRefusal(problem.Code, problem.Detail ?? problem.Title ?? "")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Paged(string path, string sinceName, long? since, string? cursor) =>
        path
        + (since is { } version ? string.Create(CultureInfo.InvariantCulture, $"&{sinceName}={version}") : "")
        + (cursor is { Length: > 0 } ? $"&cursor={Uri.EscapeDataString(cursor)}" : "");

    private static Func<HttpRequestMessage> Read(string path) => () => new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));

    private static Func<HttpRequestMessage> Post(string path) => () => new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));

    private static Func<HttpRequestMessage> Write<TBody>(
        HttpMethod method, string path, string idempotencyKey, TBody body, JsonTypeInfo<TBody> wire)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentException.ThrowIfNullOrWhiteSpace(idempotencyKey);
        var json = JsonSerializer.SerializeToUtf8Bytes(body, wire);
        return () =>
        {
            var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(json) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("Idempotency-Key", idempotencyKey);
            return request;
        };
    }

    private static string Part(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return Uri.EscapeDataString(value);
    }
}
