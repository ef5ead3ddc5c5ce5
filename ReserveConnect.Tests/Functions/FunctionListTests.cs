using ReserveConnect.Tests.Database;
using Xunit;

namespace ReserveConnect.Tests.Functions;

/// <summary>
/// The approved list of functions. A host that does not have exactly these functions is not the same program; the azure
/// host's own are approved in a list of their own.
/// </summary>
public sealed class FunctionListTests
{
    [Fact]
    public void The_functions_are_the_approved_ones()
    {
        var azureOnly = Approved("azure");
        var found = FunctionList.Lines.Except(azureOnly).ToList();
        Assert.True(
            Approved("all").SequenceEqual(found, StringComparer.Ordinal),
            $"functions.all.approved.txt should be, if this change is wanted:\n{string.Join('\n', found)}");
    }

    [Fact]
    public void The_azure_host_has_a_few_of_its_own_and_the_embedded_host_none()
    {
        var own = FunctionList.Lines.Intersect(Approved("azure")).ToList();

        Assert.Equal(typeof(ReserveConnect.Functions.ReserveConnectApp).Assembly.GetType("ReserveConnect.Functions.Azure.HandleEvent") is null ? [] : Approved("azure"), own);
    }

    private static string[] Approved(string hosts) =>
        File.ReadAllLines(Path.Combine(TestFolders.Root, "ReserveConnect.Tests", "Functions", $"functions.{hosts}.approved.txt"));
}
