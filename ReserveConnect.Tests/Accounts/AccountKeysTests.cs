using System.Security.Cryptography;
using FsCheck;
using FsCheck.Xunit;
using Microsoft.Extensions.Options;
using ReserveConnect.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class AccountKeysTests
{
    private static readonly Guid Owner = Guid.CreateVersion7();

    [Property]
    public bool What_was_sealed_is_opened(byte[] clear) => Keys(1).Open("use", Keys(1).Seal("use", clear, Owner), Owner).AsSpan().SequenceEqual(clear);

    [Fact]
    public void What_was_sealed_is_opened_by_its_owner_for_its_use_with_its_key_and_by_nobody_else()
    {
        var sealedText = Keys(1).Seal("use", [1, 2, 3], Owner);

        Assert.ThrowsAny<CryptographicException>(() => Keys(1).Open("use", sealedText, Guid.CreateVersion7()));
        Assert.ThrowsAny<CryptographicException>(() => Keys(1).Open("another use", sealedText, Owner));
        Assert.ThrowsAny<CryptographicException>(() => Keys(2).Open("use", sealedText, Owner));
        Assert.ThrowsAny<CryptographicException>(() => Keys(1).Open("use", sealedText[..^4] + "AAAA", Owner));
        Assert.Equal([1, 2, 3], Keys(2, 1).Open("use", sealedText, Owner));
    }

    [Fact]
    public void The_same_is_sealed_differently_each_time() => Assert.NotEqual(Keys(1).Seal("use", [1], Owner), Keys(1).Seal("use", [1], Owner));

    [Fact]
    public void One_key_gives_another_code_for_each_use() => Assert.NotEqual(Keys(1).Mac("use", [1]), Keys(1).Mac("another use", [1]));

    private static AccountKeys Keys(params byte[] fillings) => new(Options.Create(new AccountOptions
    {
        SecretKeys = string.Join(',', fillings.Select(f => $"k{f}:{Convert.ToBase64String([.. Enumerable.Repeat(f, 32)])}")),
    }));
}
