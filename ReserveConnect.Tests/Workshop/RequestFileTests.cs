using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Workshop;

public sealed partial class RequestFileTests(Marketplace market) : IClassFixture<Marketplace>
{
    private const string Api = "{{api}}/";

    private static readonly RequestFile File = RequestFile.Read();

    private static readonly Route[] Routes =
    [
        .. typeof(ReserveConnectApp).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            .Select(method => (
                Function: method.GetCustomAttribute<FunctionAttribute>(),
                Trigger: method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(trigger => trigger is not null)))
            .Where(found => found is { Function: not null, Trigger: not null })
            .SelectMany(found => found.Trigger!.Methods!.Select(method => new Route(found.Function!.Name, method.ToUpperInvariant(), found.Trigger.Route!))),
    ];

    public static TheoryData<string> Functions => [.. Routes.Select(route => $"{route.Method} {route.Template}")];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_HTTP_function_has_a_request(string route) =>
        Assert.Contains(Ours(), request => Routes.Single(known => $"{known.Method} {known.Template}" == route).Takes(request));

    [Fact]
    public void Every_request_goes_to_a_function_and_is_headed_by_its_name() =>
        Assert.All(Ours(), request =>
        {
            var route = Assert.Single(Routes, route => route.Takes(request));
            Assert.StartsWith($"{route.Function}", request.Title, StringComparison.Ordinal);
        });

    [Fact]
    public async Task Sent_from_top_to_bottom_every_request_is_answered_as_the_file_says() =>
        await new RequestRun(File, market).SendAllAsync();

    private static IEnumerable<WrittenRequest> Ours() => File.Requests.Where(request => request.Address.StartsWith(Api, StringComparison.Ordinal));

    private sealed partial record Route(string Function, string Method, string Template)
    {
        public bool Takes(WrittenRequest request) =>
            request.Method == Method && Regex.IsMatch(request.Address[Api.Length..].Split('?')[0], Pattern);

        // {id:guid} stands for any part of the path, /{probe?} for one more or none.
        private string Pattern =>
            $"^{Parameter().Replace(OptionalParameter().Replace(Template, "(/[^/]+)?"), "[^/]+")}$";

        [GeneratedRegex(@"/\{\w+(:\w+)?\?\}")]
        private static partial Regex OptionalParameter();

        [GeneratedRegex(@"\{\w+(:\w+)?\}")]
        private static partial Regex Parameter();
    }
}
