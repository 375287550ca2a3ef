using Kola.Machines;

namespace Kola.Scenarios.Live;

/// <summary>What the scenario stands on is not there: it says nothing, neither of the product nor of the host.</summary>
internal sealed class NotProvenException(string message) : HostException(message);
