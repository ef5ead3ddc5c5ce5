using ReserveConnect.Launcher;
using ReserveConnect.Launcher.Running;
using ReserveConnect.Tests.Database;
using ReserveConnect.Tests.Hosts;
using Xunit;

namespace ReserveConnect.Tests.Launcher;

public sealed class CityRegistrationTests
{
    [Fact]
    public async Task Every_city_of_a_folder_is_registered_once_under_the_prefix_of_its_files_and_sold_instead_of_the_sample_city()
    {
        using var scratch = new ScratchFolder();
        foreach (var file in (string[])["antwerp-listings.csv.gz", "antwerp-calendar.csv.gz", "porto-alegre-listings.csv", "README.md"])
            await File.WriteAllTextAsync(Path.Combine(scratch.Path, file), "");
        await using var database = await TestDatabase.CreateAsync();

        await CityRegistration.RegisterAsync(database.ConnectionString, scratch.Path, CancellationToken.None);
        await CityRegistration.RegisterAsync(database.ConnectionString, scratch.Path, CancellationToken.None);

        Assert.Equal(
            "antwerp=Antwerp, porto-alegre=Porto Alegre",
            await Sql.ScalarAsync<string>(
                database.ConnectionString,
                "SELECT string_agg(slug || '=' || name, ', ' ORDER BY slug) FROM reserve.cities WHERE is_active"));
    }

    [Fact]
    public void A_folder_without_listings_is_refused()
    {
        using var scratch = new ScratchFolder();
        Assert.Contains("{city}-listings.csv", Assert.Throws<LauncherException>(() => CityRegistration.SlugsIn(scratch.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere", Assert.Throws<LauncherException>(() => CityRegistration.SlugsIn("/nowhere")).Message, StringComparison.Ordinal);
    }
}
