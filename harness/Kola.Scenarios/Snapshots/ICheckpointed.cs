using System.Text.Json;

namespace Kola.Scenarios.Snapshots;

/// <summary>Something of the harness that machines rely on while they run, such as a server: it is saved with them at a checkpoint, and goes on with each fork.</summary>
internal interface ICheckpointed
{
    /// <summary>Unique within an attempt, and the same in the scenario that forks.</summary>
    string Name { get; }

    /// <summary>What it needs to go on. The machines' processors stand meanwhile.</summary>
    Task<JsonElement> SaveAsync(CancellationToken cancellation);

    /// <summary>Goes on from what was saved, before the machines do.</summary>
    Task RestoreAsync(JsonElement saved, CancellationToken cancellation);
}
