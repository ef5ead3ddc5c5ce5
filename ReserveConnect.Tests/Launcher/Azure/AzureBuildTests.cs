using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Azure;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher.Azure;

public sealed class AzureBuildTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    private AzureRunOptions Options => new() { BuildFolder = Path.Combine(_scratch.Path, "azure") };

    [Fact]
    public async Task A_package_that_no_source_has_is_named()
    {
        var project = Project("""<PackageReference Include="Reserve.Connect.No.Such.Package" Version="2.52.0" />""");

        var refused = await Assert.ThrowsAsync<LauncherException>(() => AzureBuild.PublishAsync(project, Options, _ => { }, CancellationToken.None));

        Assert.Equal(
            "the azure host needs official NuGet packages that no source of this machine has: Reserve.Connect.No.Such.Package; "
            + "the public NuGet gallery, or a mirror of it, must be among the sources (dotnet nuget list source)",
            refused.Message);
        Assert.Empty(Directory.EnumerateFiles(project, "*.lock.json"));
    }

    [Fact]
    public async Task The_app_is_built_for_the_azure_host_in_folders_of_its_own()
    {
        var project = Project("""<None Update="host.json" CopyToPublishDirectory="Always" />""");

        var app = await AzureBuild.PublishAsync(project, Options, _ => { }, CancellationToken.None);

        Assert.True(File.Exists(Path.Combine(app, "app-azure.dll")));
        Assert.True(File.Exists(Path.Combine(app, "host.json")));
        Assert.False(Directory.Exists(Path.Combine(project, "bin")) || Directory.Exists(Path.Combine(project, "obj")));
    }

    [Fact]
    public async Task A_build_that_fails_tells_its_errors()
    {
        var project = Project("");
        await File.WriteAllTextAsync(Path.Combine(project, "Wrong.cs"), "class Wrong : NoSuchType;");

        var refused = await Assert.ThrowsAsync<LauncherException>(() => AzureBuild.PublishAsync(project, Options, _ => { }, CancellationToken.None));

        Assert.Contains("error CS0246", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error NU1102: Unable to find package Stripe.net with version (>= 99.0.0)\n  - Found 3 version(s)", "Stripe.net with version (>= 99.0.0);")]
    [InlineData("error NU1101: Unable to find package B. No packages exist\nerror NU1101: Unable to find package A. No packages exist", "A, B;")]
    [InlineData("error NU1103: Unable to find a stable package C with version (>= 1.0.0)", "C with version (>= 1.0.0);")]
    [InlineData("error NU1301: Unable to load the service index for source", "cannot be restored; the public NuGet gallery, or a mirror of it, must be among the sources (dotnet nuget list source):")]
    public void What_restore_says_becomes_something_to_act_on(string said, string told) =>
        Assert.Contains(told, AzureBuild.WhyNotRestored(said), StringComparison.Ordinal);

    public void Dispose() => _scratch.Dispose();

    private string Project(string items)
    {
        var folder = Path.Combine(_scratch.Path, "app");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "host.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), "return 0;");
        File.WriteAllText(
            Path.Combine(folder, "NuGet.config"),
            """<configuration><packageSources><clear /><add key="nothing" value="." /></packageSources></configuration>""");
        File.WriteAllText(
            Path.Combine(folder, "App.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <AssemblyName>app-$(FunctionsHost)</AssemblyName>
                <RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>
                <NuGetLockFilePath>packages.$(FunctionsHost).lock.json</NuGetLockFilePath>
              </PropertyGroup>
              <ItemGroup>{items}</ItemGroup>
            </Project>
            """);
        return folder;
    }
}
