using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using ReserveConnect.Functions;
using ReserveConnect.Functions.Access;
using ReserveConnect.Functions.Limiting;
using Xunit;

namespace ReserveConnect.Tests.Functions;

public sealed class FunctionLimitTests
{
    private static readonly Type[] Types = typeof(ReserveConnectApp).Assembly.GetTypes();

    // What anybody may send is where passwords are tried and mail is made to be sent: its class is a decision, not a default.
    [Fact]
    public void Whatever_anybody_may_post_says_how_often()
    {
        var access = FunctionAccess.Of(typeof(ReserveConnectApp).Assembly);
        var declared = FunctionLimits.Of(Types).Declared;
        var posts =
            from type in Types
            from method in type.GetMethods()
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            from parameter in method.GetParameters()
            where parameter.GetCustomAttribute<HttpTriggerAttribute>()?.Methods?.Contains("post") == true
            where (access[function.Name].Callers & (Callers.Public | Callers.Hook)) != 0
            select function.Name;

        Assert.Contains("login", posts);
        Assert.Empty(posts.Except(declared.Keys));
    }
}
