using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Model;
using Kola.Scenarios.Services;
using Kola.Servers.FleetLock;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Cluster;

/// <summary>Lets a FleetLock server answer from now on. Again for the same server: with other faults; who holds a slot holds it still.</summary>
[Keyword("fleet-lock", Value = nameof(Server))]
[Description("Hand out slots to reboot by the FleetLock protocol from now on; again for the same server: with other faults. For the machines the first server is at http://10.0.2.150:8080/, the next at 10.0.2.151; before the step nothing answers there.")]
public sealed record FleetLockStep : Step, IMachinelessStep, IServiceStep
{
    [Description("Name of the FleetLock server."), Format("^[a-z][a-z0-9-]{0,31}$", "a server's name of lower-case letters, digits and dashes"), Example("locks")]
    public required string Server { get; init; }

    [Description("Number of slots by group, where the server is named first. Default: one slot of group default."), NotEmpty, Range(0, 1000)]
    [Format("^[A-Za-z0-9.-]+$", "a group's name of letters, digits, dots and dashes", Keys = true), Example("{ default: 1 }")]
    public IReadOnlyDictionary<string, int>? Groups { get; init; }

    [Description("What goes wrong with the server's answers.")]
    public IReadOnlyList<LockFault> Faults { get; init; } = [];

    ServiceDeclaration IServiceStep.Service => new FleetLockDeclaration(Server, SlotsByGroup());

    /// <summary>As said, or as it is where nothing is said.</summary>
    public IReadOnlyDictionary<string, int> SlotsByGroup() => Groups ?? new Dictionary<string, int> { ["default"] = 1 };

    private protected override string Describe() =>
        Shorten(string.Join(", ", [Server, .. (Groups ?? new Dictionary<string, int>()).Select(group => $"{group.Value} of {group.Key}"), .. Faults.Select(fault => $"{fault.GetType().Name} for {fault.Call}")]));

    internal override void DeclareNames(StepChecks checks) => checks.Declare(this, Server, "a FleetLock server");

    internal override void Check(StepChecks checks)
    {
        if (Groups is not null && checks.EverBefore<FleetLockStep>().Any(step => step.Server == Server))
            checks.Report(this, $"the groups of '{Server}' are there already; expected 'groups' only where it is named first");
    }

    async Task<string?> IMachinelessStep.RunAsync(StepContext context, CancellationToken cancellation)
    {
        await context.Services.ApplyAsync(this, cancellation);
        return $"at {context.Services.Address<FleetLockService>(Server)}";
    }

    Task IServiceStep.ApplyAsync(AttemptServices services, CancellationToken cancellation)
    {
        services.Find<FleetLockService>(Server).Order(Faults);
        return Task.CompletedTask;
    }
}
