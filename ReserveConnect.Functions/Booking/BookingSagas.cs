using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Booking;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Functions.Finance.Payouts;
using ReserveConnect.Payments;

namespace ReserveConnect.Functions.Booking;

/// <summary>
/// Starts and wakes the sagas through the durable client. A host may hand that out by binding only, so whoever needs the
/// sagas says <see cref="Through"/> first.
/// </summary>
public sealed class BookingSagas(ReserveDatabase database) : IBookingSagas
{
    private DurableTaskClient? _bound;

    private DurableTaskClient Client =>
        _bound ?? throw new InvalidOperationException("no durable client: the function has to bind one");

    /// <summary>Uses the client that was bound to the running function, for the rest of its invocation.</summary>
    public BookingSagas Through(DurableTaskClient client)
    {
        _bound = client;
        return this;
    }

    /// <summary>Starts the saga of a new intent, whose id nobody has used.</summary>
    public Task StartAsync(Guid intentId, DateTimeOffset expiresAt, CancellationToken cancellation) =>
        Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(BookingSaga), new BookingSagaInput(intentId, expiresAt), new StartOrchestrationOptions(intentId.ToString()), cancellation);

    /// <summary>What the handlers of an event need to reach the sagas: those of its scope go through <paramref name="client"/>.</summary>
    public static EventPreparation ForEvents(DurableTaskClient client) =>
        services =>
        {
            services.GetRequiredService<BookingSagas>().Through(client);
            services.GetRequiredService<PayoutSagas>().Through(client);
        };

    public async Task EnsureStartedAsync(Guid intentId, DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        if (!await IsRunningAsync(intentId.ToString(), cancellation))
        {
            await TolerateRaceAsync(intentId.ToString(), () => StartAsync(intentId, expiresAt, cancellation), cancellation);
        }
    }

    public Task WakeAsync(Guid intentId, CancellationToken cancellation) => WakeAsync(intentId.ToString(), cancellation);

    public async Task AwakenAsync(Guid intentId, DateTimeOffset expiresAt, CancellationToken cancellation)
    {
        if (!await TryWakeAsync(intentId.ToString(), cancellation))
        {
            await EnsureStartedAsync(intentId, expiresAt, cancellation);
            await WakeAsync(intentId, cancellation);
        }
    }

    public async Task TakeLatePaymentAsync(Guid attemptId, CancellationToken cancellation)
    {
        var instanceId = LatePaymentSaga.InstanceId(attemptId);
        if (await IsRunningAsync(instanceId, cancellation))
        {
            await WakeAsync(instanceId, cancellation);
            return;
        }

        PaymentAttempt attempt;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            attempt = await PaymentAttempts.FindAsync(connection, attemptId)
                ?? throw new InvalidOperationException($"no payment attempt {attemptId}");
        }

        await TolerateRaceAsync(
            instanceId,
            () => Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(LatePaymentSaga), new LatePaymentInput(attemptId, attempt.BookingIntentId), new StartOrchestrationOptions(instanceId), cancellation),
            cancellation);
    }

    public async Task AttendAsync(Guid intentId, CancellationToken cancellation)
    {
        Guid? cancellationId;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            cancellationId = await Cancellations.PendingOfIntentAsync(connection, intentId);
        }

        if (cancellationId is { } id)
        {
            await CancelAsync(id, cancellation);
        }

        var isAttended = cancellationId is not null;
        foreach (var instanceId in await InstancesAsync(intentId, cancellation))
        {
            if (await IsRunningAsync(instanceId, cancellation))
            {
                await WakeAsync(instanceId, cancellation);
                // One that was about to end has not heard it; what falls even between these is found by the minute timer.
                isAttended |= await IsRunningAsync(instanceId, cancellation);
            }
        }

        if (!isAttended)
        {
            await EnsureStartedAsync(intentId, await ExpiryAsync(intentId, cancellation), cancellation);
            await WakeAsync(intentId, cancellation);
        }
    }

    public async Task EnsureReleaseAsync(Guid reservationId, CancellationToken cancellation)
    {
        var instanceId = HostReleaseSaga.InstanceId(reservationId);
        if (await IsRunningAsync(instanceId, cancellation))
        {
            await WakeAsync(instanceId, cancellation);
            return;
        }

        await TolerateRaceAsync(
            instanceId,
            () => Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(HostReleaseSaga), reservationId, new StartOrchestrationOptions(instanceId), cancellation),
            cancellation);
    }

    public async Task AttendRefundsAsync(Guid intentId, CancellationToken cancellation)
    {
        BookingIntent intent;
        Guid? cancellationId;
        bool isOwed;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            intent = (await BookingIntents.FindAsync(connection, intentId))!;
            cancellationId = await Cancellations.PendingOfIntentAsync(connection, intentId);
            isOwed = (await Refunds.OutstandingAsync(connection, intentId)).Count > 0;
        }

        if (cancellationId is { } id)
        {
            await CancelAsync(id, cancellation);
        }
        else if (isOwed && !await IsAttendedAsync(intentId, cancellation))
        {
            await EnsureStartedAsync(intentId, intent.ExpiresAt, cancellation);
        }

        await WakeAsync(intentId, cancellation);
    }

    public async Task CancelAsync(Guid cancellationId, CancellationToken cancellation)
    {
        var instanceId = CancellationSaga.InstanceId(cancellationId);
        if (await IsRunningAsync(instanceId, cancellation))
        {
            await WakeAsync(instanceId, cancellation);
            return;
        }

        Cancellation pending;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            pending = await Cancellations.FindAsync(connection, cancellationId);
        }

        await TolerateRaceAsync(
            instanceId,
            () => Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(CancellationSaga), new CancellationSagaInput(cancellationId, pending.BookingIntentId), new StartOrchestrationOptions(instanceId), cancellation),
            cancellation);
    }

    /// <summary>Whether a cancellation has its saga.</summary>
    public Task<bool> IsCancelledBySagaAsync(Guid cancellationId, CancellationToken cancellation) =>
        IsRunningAsync(CancellationSaga.InstanceId(cancellationId), cancellation);

    /// <summary>Whether anything has the intent in hand: its own saga, that of one of its late payments, or of its cancellation.</summary>
    public async Task<bool> IsAttendedAsync(Guid intentId, CancellationToken cancellation)
    {
        Guid? cancellationId;
        await using (var connection = await database.OpenAsync(cancellation))
        {
            cancellationId = await Cancellations.PendingOfIntentAsync(connection, intentId);
        }

        if (cancellationId is { } id && await IsCancelledBySagaAsync(id, cancellation))
        {
            return true;
        }

        foreach (var instanceId in await InstancesAsync(intentId, cancellation))
        {
            if (await IsRunningAsync(instanceId, cancellation))
            {
                return true;
            }
        }

        return false;
    }

    // Its own saga, and those that its payments may have.
    private async Task<IReadOnlyList<string>> InstancesAsync(Guid intentId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return [intentId.ToString(), .. (await PaymentAttempts.OfIntentAsync(connection, intentId)).Select(attempt => LatePaymentSaga.InstanceId(attempt.Id))];
    }

    private async Task<DateTimeOffset> ExpiryAsync(Guid intentId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return (await BookingIntents.FindAsync(connection, intentId))?.ExpiresAt ?? throw new InvalidOperationException($"no booking intent {intentId}");
    }

    private Task WakeAsync(string instanceId, CancellationToken cancellation) => TryWakeAsync(instanceId, cancellation);

    // An event for an instance that is not there, or has ended, has nobody to wake.
    private async Task<bool> TryWakeAsync(string instanceId, CancellationToken cancellation)
    {
        if (!await IsRunningAsync(instanceId, cancellation))
        {
            return false;
        }

        await Client.RaiseEventAsync(instanceId, BookingSaga.Wake, true, cancellation);
        return true;
    }

    private async Task<bool> IsRunningAsync(string instanceId, CancellationToken cancellation) =>
        await Client.GetInstanceAsync(instanceId, cancellation) is { IsCompleted: false };

    // Two starts at once: the second is refused, in words that differ from host to host; what counts is that one runs.
    private async Task TolerateRaceAsync(string instanceId, Func<Task> start, CancellationToken cancellation)
    {
        try
        {
            await start();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One that has ended does not do what this one was to do.
            if (!await IsRunningAsync(instanceId, cancellation))
            {
                throw;
            }
        }
    }
}
