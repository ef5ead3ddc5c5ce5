using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class PasswordTurnsTests
{
    [Fact]
    public async Task Whoever_finds_every_turn_taken_is_told_to_come_back_and_nothing_is_hashed()
    {
        using var passwords = new Passwords(
            Options.Create(new AccountOptions { PasswordIterations = 1_000, MaxHashesAtOnce = 1, HashPatience = TimeSpan.FromMilliseconds(100) }));
        using var done = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        var held = Task.Run(() => passwords.InTurnAsync(
            () =>
            {
                begun.SetResult();
                return done.Wait(TimeSpan.FromMinutes(1));
            },
            CancellationToken.None));
        await begun.Task;

        var hash = await passwords.HashAsync(People.Password, CancellationToken.None);
        var verdict = await passwords.VerifyAsync(null, People.Password, CancellationToken.None);

        Assert.Equal((RefusalKind.Unavailable, "busy"), (hash.Refusal!.Kind, hash.Refusal.Code));
        Assert.Equal("busy", verdict.Refusal!.Code);
        Assert.Equal(0, passwords.Computations);
        done.Set();
        Assert.True((await held).Value);
        var stored = (await passwords.HashAsync(People.Password, CancellationToken.None)).Value;
        Assert.Equal(PasswordVerdict.Right, (await passwords.VerifyAsync(stored, People.Password, CancellationToken.None)).Value);
    }
}
