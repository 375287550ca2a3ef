namespace Kola.Scenarios.Model.Values;

/// <summary>systemd's <c>ActiveState</c> of a unit.</summary>
public enum UnitState { Active, Inactive, Failed, Activating, Deactivating, Reloading }
