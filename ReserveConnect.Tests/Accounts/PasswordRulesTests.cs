using System.Diagnostics;
using FsCheck;
using FsCheck.Xunit;
using ReserveConnect.Accounts;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class PasswordRulesTests
{
    private const string Email = "joaquina.ferreira@pousada-lagoa.com.br";

    [Theory]
    [InlineData("password123")]
    [InlineData("Password123")]
    [InlineData("p4ssw0rd123")]
    [InlineData("1234567890")]
    [InlineData("qwertyuiop")]
    [InlineData("iloveyou123")]
    [InlineData("1q2w3e4r5t")]
    [InlineData("abcdefghij")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("joaquina123")]
    [InlineData("Ferreira2024")]
    [InlineData("joaquina.ferreira")]
    [InlineData(Email)]
    [InlineData("ReserveConnect1")]
    public void What_others_would_try_first_is_refused(string password) => Assert.Equal("password_common", PasswordRules.Check("password", password, Email)?.Code);

    [Theory]
    [InlineData("quarenta-e-duas girafas")]
    [InlineData("Xk29!vLq0z")]
    [InlineData("o vento levou a rede azul")]
    [InlineData("senha é coisa séria, viu")]
    public void A_password_of_any_characters_is_taken(string password) => Assert.Null(PasswordRules.Check("password", password, Email));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Xk29!vLq0")]
    public void A_short_one_is_refused(string? password) => Assert.Equal("password_length", PasswordRules.Check("password", password, Email)?.Code);

    [Fact]
    public void One_of_128_characters_is_taken_and_a_longer_one_refused()
    {
        var longest = string.Concat(Enumerable.Range(0, 64).Select(i => $"{(char)('A' + (i * 7 % 26))}{i % 10}"));
        Assert.Null(PasswordRules.Check("password", longest, Email));
        Assert.Equal("password_length", PasswordRules.Check("password", longest + "x", Email)?.Code);
    }

    [Property]
    public bool Whatever_is_typed_is_judged(NonNull<string> text) =>
        PasswordRules.Check("password", text.Get.PadRight(12, 'x'), Email) is null or { Code: "password_common" or "password_length" };

    [Fact]
    public void Many_are_judged_at_once_as_one_after_the_other() =>
        Parallel.For(0, 200, i => Assert.Equal(i % 2 == 0, PasswordRules.Check("password", i % 2 == 0 ? "password123" : "quarenta-e-duas girafas", Email) is not null));

    // Judging takes longer than in proportion to the length; a bound on what is judged bounds it.
    [Theory]
    [InlineData("@4{38({6&9#1!|1/70$5+7%2")]
    [InlineData("passwordpasswordpassword")]
    [InlineData("aA@4aA@4aA@4")]
    [InlineData("01/02/2003")]
    public void No_text_takes_long_to_judge(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 20))[..PasswordRules.MostCharacters];
        PasswordRules.Check("password", text, Email);
        var time = Stopwatch.StartNew();

        PasswordRules.Check("password", text, Email);

        Assert.True(time.Elapsed < TimeSpan.FromSeconds(2), $"{piece}: {time.Elapsed}");
    }
}
