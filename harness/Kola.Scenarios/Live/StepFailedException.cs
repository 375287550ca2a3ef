using Kola.Machines;

namespace Kola.Scenarios.Live;

/// <summary>A step saw something other than what it expects: a product failure. The message says both.</summary>
public class StepFailedException(string message) : GuestException(message);

/// <summary>What a step expects did not come within its bound, or came to an end that a starved host alone can bring about.</summary>
/// <param name="waited">How long it was waited for.</param>
public sealed class StepTooLateException(string message, TimeSpan waited) : StepFailedException(message), IStarvable
{
    /// <inheritdoc/>
    public TimeSpan? Waited => waited;
}
