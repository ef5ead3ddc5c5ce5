using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Cities;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>The stand-in for Host Connect, as docs/contracts/host-connect.yaml has it.</summary>
internal static class HostConnectServer
{
    /// <summary>Loads the cities and listens.</summary>
    public static async Task<StandInServer> StartAsync(SandboxOptions options, SandboxClock clock, CancellationToken ct)
    {
        // Each set of cities has a journal of its own: a run with other cities leaves the first ones' bookings alone.
        var journal = Journal.Open(options.State.Directory, $"host-connect-{CitySource.Open(options.City).Name}");
        var sender = new WebhookSender(
            options.Webhooks,
            options.Webhooks.HostConnect,
            HostEvent.Signer(options.HostConnect.WebhookSecret),
            clock,
            journal,
            options.Http.CallsKept);
        var standIn = new StandIn(
            "host-connect", clock, journal, sender, options.Http, (context, status, text) => HostProblem.ForStatus(status, text).WriteAsync(context));
        try
        {
            var memory = HostMemory.Load(standIn, options, journal.Restored);
            var pending = WebhookSender.Undelivered(journal);
            journal.ForgetRestored();
            var server = await StandInServer.StartAsync(
                standIn, options.HostConnect.Url, app => Map(app, () => memory, options.HostConnect.ApiKey), Reset, ct);
            sender.Start(pending);
            standIn.Every(TimeSpan.FromSeconds(1), () => memory.RollOver());
            return server;

            Task Reset()
            {
                journal.Clear();
                memory = HostMemory.Load(standIn, options, []);
                return Task.CompletedTask;
            }
        }
        catch
        {
            await standIn.DisposeAsync();
            throw;
        }
    }

    private static void Map(IEndpointRouteBuilder app, Func<HostMemory> memory, string apiKey)
    {
        var authorization = Encoding.UTF8.GetBytes("Bearer " + apiKey);
        Get("/v1/cities/{city}/properties", (c, m) => CatalogueEndpoints.ListProperties(c, m.State));
        Get("/v1/cities/{city}/room-types", (c, m) => CatalogueEndpoints.ListRoomTypes(c, m.State));
        Get("/v1/properties/{property_id}/room-types", (c, m) => CatalogueEndpoints.ListRoomTypesOfProperty(c, m.State));
        Get("/v1/cities/{city}/availability", (c, m) => AvailabilityEndpoint.List(c, m.State, m.Today));
        Get("/v1/bookings/{booking_id}", (c, m) => BookingEndpoints.Get(c, m.Bookings));
        Get("/v1/bookings/by-key/{key}", (c, m) => BookingEndpoints.GetByKey(c, m.Bookings));
        app.MapPost("/v1/bookings", Authorized((c, m) => BookingEndpoints.Create(c, m.Bookings)));
        app.MapPatch("/v1/bookings/{booking_id}", Authorized((c, m) => BookingEndpoints.Change(c, m.Bookings)));
        app.MapPost("/v1/bookings/{booking_id}/cancel", Authorized((c, m) => BookingEndpoints.Cancel(c, m.Bookings)));
        app.MapPost("/v1/bookings/by-key/{key}/cancel", Authorized((c, m) => BookingEndpoints.CancelKey(c, m.Bookings)));
        HostControl.Map(app.MapGroup(ControlPath.Prefix), memory);

        void Get(string path, Func<HttpContext, HostMemory, Task> handle) => app.MapGet(path, Authorized(handle));

        RequestDelegate Authorized(Func<HttpContext, HostMemory, Task> handle) => context =>
        {
            if (!new HostRequest(context).IsAuthorized(authorization))
                return HostProblem.Unauthorized().WriteAsync(context);
            var current = memory();
            current.RollOver();
            return handle(context, current);
        };
    }
}
