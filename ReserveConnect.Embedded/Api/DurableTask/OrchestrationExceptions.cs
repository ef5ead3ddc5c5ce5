namespace DurableTask.Core.Exceptions;

/// <summary>What the engine says about an orchestration as a whole.</summary>
public class OrchestrationException(string message) : Exception(message);

/// <summary>An instance with this id exists in a state that refuses a second start.</summary>
public class OrchestrationAlreadyExistsException(string message) : OrchestrationException(message);

/// <summary>The orchestrator's code does not do again what its journal says it did.</summary>
public class NonDeterministicOrchestrationException(string message) : OrchestrationException(message);
