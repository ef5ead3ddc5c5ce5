using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Reporting;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Reporting;

/// <summary>The figures of a booking that the Host refuses, as an alert would read them.</summary>
public sealed class BusinessFiguresTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task A_paid_booking_ages_until_the_host_has_answered_and_a_refusal_is_an_open_exception()
    {
        Assert.Equal((0, 0.0), await ReadAsync());
        await Marketplace.FaultAsync(market.Host, new { kind = "status", status = 503, path = "/v1/bookings*", count = (int?)null });
        var held = await market.PayByCardAsync(await market.FreeStayAsync());
        await market.UntilAsync(held.IntentId, "host_commit_pending");

        await Task.Delay(TimeSpan.FromMilliseconds(50));
        var (open, oldest) = await ReadAsync();
        Assert.Equal(0, open);
        Assert.InRange(oldest, 0.01, 60);

        await market.UntilAsync(held.IntentId, "host_commit_failed");
        Assert.Equal((1, 0.0), await ReadAsync());
        Assert.Equal(0, Overdue);
        // The saga would give it up at that very moment.
        await market.Durable.SuspendInstanceAsync($"{held.IntentId}");
        market.Clock.Advance(TimeSpan.FromMinutes(31));
        await ReadAsync();
        Assert.Equal(1, Overdue);
        await market.Durable.TerminateInstanceAsync($"{held.IntentId}");
        await market.CalmAsync();
    }

    private long Overdue { get; set; } = -1;

    private async Task<(long Open, double Oldest)> ReadAsync()
    {
        var (open, oldest) = (-1L, -1.0);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == BusinessFigures.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (instrument.Name == "reserve.exceptions.open")
            {
                open = value;
            }
            else if (instrument.Name == "reserve.exceptions.overdue")
            {
                Overdue = value;
            }
        });
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => oldest = value);
        listener.Start();
        await market.Services.GetRequiredService<BusinessFigures>().RecordAsync(CancellationToken.None);
        return (open, oldest);
    }
}
