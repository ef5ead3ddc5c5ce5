using Xunit;

namespace ReserveConnect.Tests.Infra;

public sealed class BicepTests
{
    [BicepFact]
    public async Task Infra_compiles_without_a_warning()
    {
        var (exitCode, output) = await Bicep.RunAsync("build", Bicep.Infra("main.bicep"), "--outfile", Path.GetTempFileName());
        Assert.Equal("", output);
        Assert.Equal(0, exitCode);
    }

    [BicepFact]
    public async Task Infra_has_no_finding_of_the_linter()
    {
        var (exitCode, output) = await Bicep.RunAsync("lint", Bicep.Infra("main.bicep"));
        Assert.Equal("", output);
        Assert.Equal(0, exitCode);
    }
}
