using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Control;

namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>What happens at the Host's own desk, ordered by the control API. See docs/sandbox.md.</summary>
internal static class HostControl
{
    /// <summary>Adds the paths.</summary>
    public static void Map(RouteGroupBuilder control, Func<HostMemory> memory)
    {
        control.MapGet("/cities", context => ControlCall.AnswerAsync(
            context,
            [.. memory().State.Cities.Select(c => new CityState(c.Code, c.Properties.Length, c.Rooms.Length, memory().State.First, memory().State.End))],
            HostControlJson.Default.CityStateArray));
        control.MapPut("/nights", context => ControlCall.WithBodyAsync(
            context, HostControlJson.Default.NightOrder, order => SetNights(context, memory(), order)));
        control.MapPatch("/properties/{id}", context => ControlCall.WithBodyAsync(
            context, HostControlJson.Default.PropertyOrder, order => Found(context, memory().ChangeProperty(Id(context), order.Apply), HostJson.Default.Property)));
        control.MapPatch("/room-types/{id}", context => ControlCall.WithBodyAsync(
            context, HostControlJson.Default.RoomTypeOrder, order => Found(context, memory().ChangeRoomType(Id(context), order.Apply), HostJson.Default.RoomType)));
        MapBookings(control, memory);
    }

    private static void MapBookings(RouteGroupBuilder control, Func<HostMemory> memory)
    {
        control.MapGet("/bookings", context => ControlCall.AnswerAsync(
            context, [.. memory().Bookings.Book.All.Where(stored => stored.Booking.CreatedAt >= Since(context))], HostControlJson.Default.StoredBookingArray));
        control.MapPost("/bookings", context => ControlCall.WithBodyAsync(context, HostControlJson.Default.ManualBooking, order =>
        {
            var stay = new Stay(order.CheckIn, order.CheckOut, order.Adults, order.Children);
            return BookingEndpoints.AnswerAsync(context, memory().Bookings.CreateByHand(order.RoomTypeId, stay, order.ChannelReference));
        }));
        control.MapPost("/bookings/{id}/cancel", context =>
            BookingEndpoints.AnswerAsync(context, memory().Bookings.Cancel(Id(context), byHand: true)));
        control.MapPost("/bookings/refuse", context => ControlCall.WithBodyAsync(context, ControlJson.Default.Moved, order =>
        {
            memory().Bookings.Refusals = order.Count;
            return ControlCall.AnswerAsync(context, order, ControlJson.Default.Moved);
        }));
    }

    private static Task SetNights(HttpContext context, HostMemory memory, NightOrder order)
    {
        if (memory.State.Room(order.RoomTypeId) is not { } room)
            return ControlCall.RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such room type.");
        memory.RollOver();
        var count = memory.ChangeNights(room, order.From, order.To, order.Apply);
        return ControlCall.AnswerAsync(context, new Moved(count), ControlJson.Default.Moved);
    }

    private static Task Found<T>(HttpContext context, T? value, JsonTypeInfo<T> type)
        where T : class => value is null
        ? ControlCall.RefuseAsync(context, StatusCodes.Status404NotFound, "There is nothing with this id.")
        : ControlCall.AnswerAsync(context, value, type);

    private static DateTimeOffset Since(HttpContext context) =>
        DateTimeOffset.TryParse(context.Request.Query["since"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) ? since : default;

    private static Guid Id(HttpContext context) => new HostRequest(context).RouteId("id");
}
