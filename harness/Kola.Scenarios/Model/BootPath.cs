namespace Kola.Scenarios.Model;

/// <summary>How a scenario's machines come up.</summary>
public enum BootPath
{
    /// <summary>As clones of a template where one may stand in for the boot.</summary>
    Clone,

    /// <summary>By a boot of their own: the first boot is what the scenario is about.</summary>
    Cold,
}
