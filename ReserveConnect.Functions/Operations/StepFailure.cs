using Microsoft.DurableTask;

namespace ReserveConnect.Functions.Operations;

/// <summary>Why a step of an orchestration failed, as staff may read it.</summary>
internal static class StepFailure
{
    /// <summary>The words of the exception whose words are meant for staff, wherever it is in the chain; else only the kind of what failed.</summary>
    /// <param name="opening">What its message begins with: not every host keeps the type of what was thrown.</param>
    public static string ReasonOf<T>(TaskFailedException failure, string opening)
        where T : Exception
    {
        for (var cause = failure.FailureDetails; cause is not null; cause = cause.InnerFailure)
        {
            if (cause.ErrorType == typeof(T).FullName || cause.ErrorMessage.StartsWith(opening, StringComparison.Ordinal))
            {
                return cause.ErrorMessage;
            }
        }

        return $"a step failed: {failure.FailureDetails?.ErrorType}";
    }
}
