using ReserveConnect.Trials.Guests;
using ReserveConnect.Trials.World;

namespace ReserveConnect.Trials.Replay;

/// <summary>What one guest does, step by step. What a refusal means is for others to say: here it is its code.</summary>
internal sealed class Acts
{
    /// <summary>Of a hundred guests, so many look at the price before they hold; the others hold at once, which quotes too.</summary>
    private const int LookFirstPercent = 10;

    /// <summary>A token is asked for anew when so little of it is left.</summary>
    private static readonly TimeSpan _tokenSlack = TimeSpan.FromMinutes(5);

    /// <summary>How long what <c>reservations/access</c> gives can be used.</summary>
    private static readonly TimeSpan _tokenLife = TimeSpan.FromMinutes(30);

    private readonly TrialWorld _world;
    private readonly IReadOnlyDictionary<string, Guid> _units;
    private readonly Tally _tally;
    private readonly Owner _owner;
    private readonly GuestDesk _desk;
    private readonly Reception _reception;

    public Acts(TrialWorld world, IReadOnlyDictionary<string, Guid> units, Owner owner, Tally tally)
    {
        (_world, _units, _owner, _tally) = (world, units, owner, tally);
        _desk = new(world, what => tally.Count(Tally.Trouble, what));
        _reception = new(_desk);
    }

    /// <summary>Holds the stay and pays it.</summary>
    /// <returns>Null: it is held; else the code of the refusal.</returns>
    public async Task<string?> HoldAsync(Guest guest)
    {
        var unitId = _units[guest.Kind.Code];
        if (guest.Plan.Order % 100 < LookFirstPercent && await _reception.QuoteAsync(unitId, guest.Stay) is { } unsold)
            return unsold;
        var told = await _desk.HoldAsync(new(unitId, guest.Stay.CheckIn, guest.Stay.CheckOut, guest.Kind.Rooms), guest.Name, guest.Stay.Party);
        if (told.Value is not { } held)
            return told.Code ?? $"http_{(int)told.Status}";
        // The token of a hold outlives it; when the guest has to prove the booking anew is not said, so with the hold at the latest.
        (guest.IntentId, guest.Token, guest.TokenEnds) = (held.IntentId, held.Token, held.ExpiresAt);
        await PayAsync(guest, held);
        return null;
    }

    /// <summary>Asks for a change, and pays what it costs.</summary>
    /// <returns>Null: it is under way; else the code of the refusal.</returns>
    public async Task<string?> ChangeAsync(Guest guest, Wanted wanted)
    {
        var told = await _reception.ChangeAsync(guest.Code!, await TokenAsync(guest), wanted);
        if (told.Value is not { } change)
            return told.Code;
        guest.IntentId = change.IntentId;
        if (change.Due > 0)
            await PayAsync(guest, new Held(change.IntentId, guest.Token!, new(_units[guest.Kind.Code], wanted.CheckIn, wanted.CheckOut, 0), change.Due, default));
        return null;
    }

    /// <summary>Looks what became of a booking or a change that was paid.</summary>
    /// <returns>Null: it is not decided yet; else whether it stands.</returns>
    public async Task<bool?> LookAsync(Guest guest)
    {
        var told = await _reception.LookAsync(guest.IntentId, guest.Token!);
        if (told.Value is not { } standing)
        {
            _tally.Count(Tally.Trouble, $"a guest who looks is told {told.Code}");
            return false;
        }

        if (standing.Status is "cancelled" or "expired")
            return false;
        if (standing.Status != "confirmed")
            return null;
        guest.Code ??= standing.Code;
        return true;
    }

    /// <returns>Null: it is given up; else the code of the refusal.</returns>
    public async Task<string?> CancelAsync(Guest guest) => await _reception.CancelAsync(guest.Code!, await TokenAsync(guest));

    /// <returns>Null: the guest is there; else the code of the refusal.</returns>
    public Task<string?> CheckInAsync(Guest guest) => _reception.CheckInAsync(guest.Code!, _owner.Token);

    /// <returns>Null: the guest has left; else the code of the refusal.</returns>
    public Task<string?> CheckOutAsync(Guest guest) => _reception.CheckOutAsync(guest.Code!, _owner.Token);

    private async Task PayAsync(Guest guest, Held held)
    {
        var told = await _desk.BeginAsync(held, guest.Plan.ByPix);
        if (told.Value is not { } charge)
            _tally.Count(Tally.Trouble, $"no payment could be begun: {told.Code}");
        else if (await _desk.PayAsync(charge) is not true)
            _tally.Count(Tally.Trouble, "a provider did not take a payment");
    }

    // The token of the booking lives for hours, and most of what becomes of it comes days later.
    private async Task<string> TokenAsync(Guest guest)
    {
        var now = _world.Clock.GetUtcNow();
        if (guest.Token is { } token && now < guest.TokenEnds - _tokenSlack)
            return token;
        var told = await _reception.ProveAsync(guest.Name, guest.Code!);
        (guest.Token, guest.TokenEnds) = (told.Value ?? throw new InvalidOperationException($"a guest could not prove a booking: {told.Code}"), now + _tokenLife);
        return guest.Token;
    }
}
