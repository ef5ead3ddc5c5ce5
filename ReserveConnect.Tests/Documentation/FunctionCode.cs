using System.Reflection;
using System.Reflection.Emit;

namespace ReserveConnect.Tests.Documentation;

/// <summary>One step of compiled code that calls a method or loads a text.</summary>
/// <param name="Called">The method, or null.</param>
/// <param name="Text">The text, or null.</param>
internal sealed record CodeStep(MethodBase? Called, string? Text);

/// <summary>What the code of a class calls, with that of every type in it: lambdas and state machines are such.</summary>
internal static class FunctionCode
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>The steps of every method, one method after the other.</summary>
    public static IReadOnlyList<CodeStep> Of(Type type) =>
    [
        .. from part in PartsOf(type)
           from method in part.GetMethods(Own).Cast<MethodBase>().Concat(part.GetConstructors(Own))
           let body = method.GetMethodBody()
           where body is not null
           from step in Steps(method, body.GetILAsByteArray()!)
           select step,
    ];

    private static IEnumerable<Type> PartsOf(Type type) =>
        type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).SelectMany(PartsOf).Prepend(type);

    private static IEnumerable<CodeStep> Steps(MethodBase method, byte[] code)
    {
        var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var value = (int)code[at++];
            var step = Codes[value == 0xFE ? 0xFE00 | code[at++] : value];
            if (step.OperandType == OperandType.InlineMethod)
            {
                yield return new(method.Module.ResolveMethod(BitConverter.ToInt32(code, at), typeArguments, methodArguments), null);
            }
            else if (step.OperandType == OperandType.InlineString)
            {
                yield return new(null, method.Module.ResolveString(BitConverter.ToInt32(code, at)));
            }

            at += step.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}
