"""Le temps : mural, dit comme on le dit, et ce qui revient."""
