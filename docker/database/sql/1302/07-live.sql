-- What is going on right now: the tables that the dialler's programs talk to each other through. Schema 1302 (2013).

CREATE TABLE vicidial_live_agents (
  live_agent_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  user VARCHAR(20),
  server_ip VARCHAR(15) NOT NULL,
  conf_exten VARCHAR(20),
  extension VARCHAR(100),
  status ENUM('READY','QUEUE','INCALL','PAUSED','CLOSER') DEFAULT 'PAUSED',
  lead_id INT(9) UNSIGNED NOT NULL,
  campaign_id VARCHAR(8),
  uniqueid VARCHAR(20),
  callerid VARCHAR(20),
  channel VARCHAR(100),
  random_id INT(8) UNSIGNED,
  last_call_time DATETIME,
  last_update_time TIMESTAMP,
  last_call_finish DATETIME,
  closer_campaigns TEXT,
  call_server_ip VARCHAR(15),
  user_level TINYINT(3) UNSIGNED DEFAULT 0,
  comments VARCHAR(20),
  campaign_weight TINYINT(1) DEFAULT 0,
  calls_today SMALLINT(5) UNSIGNED DEFAULT 0,
  external_hangup VARCHAR(1) DEFAULT '',
  external_status VARCHAR(6) DEFAULT '',
  external_pause VARCHAR(20) DEFAULT '',
  external_dial VARCHAR(100) DEFAULT '',
  external_ingroups TEXT,
  external_blended ENUM('0','1') DEFAULT '0',
  agent_log_id INT(9) UNSIGNED DEFAULT 0,
  last_state_change DATETIME,
  agent_territories TEXT,
  outbound_autodial ENUM('Y','N') DEFAULT 'N',
  manager_ingroup_set ENUM('Y','N','SET') DEFAULT 'N',
  ra_user VARCHAR(20) DEFAULT '',
  ra_extension VARCHAR(100) DEFAULT '',
  pause_code VARCHAR(6) DEFAULT '',
  preview_lead_id INT(9) UNSIGNED DEFAULT 0,
  on_hook_agent ENUM('Y','N') DEFAULT 'N',
  on_hook_ring_time SMALLINT(5) DEFAULT 15,
  ring_callerid VARCHAR(20) DEFAULT '',
  last_inbound_call_time DATETIME,
  last_inbound_call_finish DATETIME,
  campaign_grade TINYINT(2) UNSIGNED DEFAULT 1,
  KEY random_id (random_id),
  KEY last_call_time (last_call_time),
  KEY last_update_time (last_update_time),
  KEY last_call_finish (last_call_finish),
  KEY vlali (lead_id),
  KEY vlaus (user)
) ENGINE=MyISAM;

CREATE TABLE vicidial_auto_calls (
  auto_call_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  server_ip VARCHAR(15) NOT NULL,
  campaign_id VARCHAR(20),
  status ENUM('SENT','RINGING','LIVE','XFER','PAUSED','CLOSER','BUSY','DISCONNECT','IVR') DEFAULT 'PAUSED',
  lead_id INT(9) UNSIGNED NOT NULL,
  uniqueid VARCHAR(20),
  callerid VARCHAR(20),
  channel VARCHAR(100),
  phone_code VARCHAR(10),
  phone_number VARCHAR(18),
  call_time DATETIME,
  call_type ENUM('IN','OUT','OUTBALANCE') DEFAULT 'OUT',
  stage VARCHAR(20) DEFAULT 'START',
  last_update_time TIMESTAMP,
  alt_dial VARCHAR(6) DEFAULT 'NONE',
  queue_priority TINYINT(2) DEFAULT 0,
  agent_only VARCHAR(20) DEFAULT '',
  agent_grab VARCHAR(20) DEFAULT '',
  queue_position SMALLINT(4) UNSIGNED DEFAULT 1,
  extension VARCHAR(100) DEFAULT '',
  KEY uniqueid (uniqueid),
  KEY callerid (callerid),
  KEY call_time (call_time),
  KEY last_update_time (last_update_time)
) ENGINE=MEMORY;

CREATE TABLE vicidial_manager (
  man_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  uniqueid VARCHAR(20),
  entry_date DATETIME,
  status ENUM('NEW','QUEUE','SENT','UPDATED','DEAD'),
  response ENUM('Y','N'),
  server_ip VARCHAR(15) NOT NULL,
  channel VARCHAR(100),
  action VARCHAR(20),
  callerid VARCHAR(20),
  cmd_line_b VARCHAR(100),
  cmd_line_c VARCHAR(100),
  cmd_line_d VARCHAR(200),
  cmd_line_e VARCHAR(100),
  cmd_line_f VARCHAR(100),
  cmd_line_g VARCHAR(100),
  cmd_line_h VARCHAR(100),
  cmd_line_i VARCHAR(50),
  cmd_line_j VARCHAR(50),
  cmd_line_k VARCHAR(100),
  KEY callerid (callerid),
  KEY uniqueid (uniqueid),
  KEY serverstat (server_ip, status)
) ENGINE=MyISAM;

CREATE TABLE live_channels (
  channel VARCHAR(100) NOT NULL,
  server_ip VARCHAR(15) NOT NULL,
  channel_group VARCHAR(30),
  extension VARCHAR(100),
  channel_data VARCHAR(100)
) ENGINE=MEMORY;

CREATE TABLE live_sip_channels (
  channel VARCHAR(100) NOT NULL,
  server_ip VARCHAR(15) NOT NULL,
  channel_group VARCHAR(30),
  extension VARCHAR(100),
  channel_data VARCHAR(100)
) ENGINE=MEMORY;

CREATE TABLE parked_channels (
  channel VARCHAR(100) NOT NULL,
  server_ip VARCHAR(15) NOT NULL,
  channel_group VARCHAR(30),
  extension VARCHAR(100),
  parked_by VARCHAR(100),
  parked_time DATETIME
) ENGINE=MEMORY;

CREATE TABLE live_inbound (
  uniqueid VARCHAR(20) NOT NULL,
  channel VARCHAR(100) NOT NULL,
  server_ip VARCHAR(15) NOT NULL,
  caller_id VARCHAR(30),
  extension VARCHAR(100),
  phone_ext VARCHAR(40),
  start_time DATETIME,
  acknowledged ENUM('Y','N') DEFAULT 'N'
) ENGINE=MyISAM;
