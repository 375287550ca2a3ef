using System.Text.Json;

namespace Kola.Scenarios.Services;

/// <summary>What runs beside the machines of one attempt: a server that they reach by an address, or a network that they share.</summary>
internal interface IService : IAsyncDisposable
{
    /// <summary>Unique among the servers of an attempt, and among its networks.</summary>
    string Name { get; }

    /// <summary>See <see cref="ServiceDeclaration.Key"/>.</summary>
    string Key => Name;

    /// <summary>On 127.0.0.1; <see langword="null"/> where machines do not reach it by an address.</summary>
    int? Port => null;

    /// <summary>What it needs to go on in a scenario that continues from a checkpoint, besides the last step that was applied to it; <see langword="null"/>: nothing.</summary>
    JsonElement? Save() => null;

    /// <summary>Continues from what was saved.</summary>
    void Restore(JsonElement saved)
    {
    }
}
