using Xunit;

namespace ReserveConnect.Tests.Infra;

public sealed class BicepTests
{
    [BicepFact]
    public async Task Infra_compiles_without_a_warning()
    {
        var (exitCode, template, complaints) = await Bicep.RunAsync("build", Bicep.Infra("main.bicep"), "--stdout");
        Assert.Equal("", complaints);
        Assert.Equal(0, exitCode);
        Assert.Contains("subscriptionDeploymentTemplate", template, StringComparison.Ordinal);
    }

    [BicepFact]
    public async Task Infra_has_no_finding_of_the_linter()
    {
        var (exitCode, output, complaints) = await Bicep.RunAsync("lint", Bicep.Infra("main.bicep"));
        Assert.Equal("", output + complaints);
        Assert.Equal(0, exitCode);
    }
}
