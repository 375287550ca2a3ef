using Kola.Machines;

namespace Kola.Scenarios.Live;

/// <summary>A step saw something other than what it expects: a product failure. The message says both.</summary>
public sealed class StepFailedException(string message) : GuestException(message);
